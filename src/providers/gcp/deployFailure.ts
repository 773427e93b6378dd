import { type ErrorKind, ProviderError } from '../../core/errors';
import { oneLine } from '../../core/link';
import type { CallOptions, FunctionRef } from '../../core/provider';
import { buildLines } from './buildLog';
import type { Connection } from './client';
import { describe } from './describe';
import type { Operation } from './operations';
import { failedStage, type Stage } from './stages';
import { text } from './values';

/** A change of a function, as messages tell of it. */
export interface About {
  readonly ref: FunctionRef;
  /** Whether it is to be made, so that there is no older code that goes on. */
  readonly isNew: boolean;
}

/** https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto */
const kinds: Readonly<Record<number, ErrorKind>> = { 7: 'denied', 10: 'conflict', 13: 'unknown', 14: 'unknown' };

const what: Readonly<Record<string, string>> = {
  ARTIFACT_REGISTRY: 'the registry for its container could not be prepared',
  BUILD: 'its container could not be built',
  SERVICE: 'its container was built, but does not start',
  TRIGGER: 'its trigger could not be made',
};

/** Why a change came to nothing, with what is and is not changed, the build's own lines and a page that tells more. */
export async function deployFailure(connection: Connection, operation: Operation, about: About, options: CallOptions): Promise<ProviderError> {
  const { code, message } = operation.error ?? {};
  const said = text(message) ?? 'no reason was given';
  const stage = failedStage(operation, said);
  const name = text(stage?.name) ?? '';
  const buildId = name === 'BUILD' ? /\/builds\/([\w-]+)$/.exec(text(stage?.resource) ?? text(operation.metadata?.buildName) ?? '')?.[1] : undefined;
  const lines = buildId === undefined ? undefined : await buildLines(connection, buildId, options);
  const isMissing = about.isNew && (await isAbsent(connection, about, options));
  const [state, hint] = isMissing ? [`${about.ref.name} was not created`, 'correct it and try again'] : [standing(about), cure(about)];
  const sentence = `${state}: ${what[name] ?? 'the change failed'} (${reason(said)}); ${hint}.`;
  return new ProviderError(kinds[code ?? 0] ?? 'invalid', sentence, { cause: operation.error, lines, page: page(said, stage) });
}

/** Whether it is certain that there is no such function. */
async function isAbsent(connection: Connection, { ref }: About, options: CallOptions): Promise<boolean> {
  try {
    return (await describe(connection, ref, options)) === undefined;
  } catch {
    // The failure is told all the same; a function that was begun is there as a rule.
    return false;
  }
}

/** What is so after a change that failed. */
export function standing({ ref, isNew }: About): string {
  return isNew ? `${ref.name} was created, but does not run` : `${ref.name} goes on as it was`;
}

export function cure({ isNew }: About): string {
  return isNew ? 'correct it and deploy again to repair it, or delete it' : 'correct it and try again';
}

/** Google's own words without what stands before and after them in every message. */
export function reason(message: string): string {
  const inside = /and message: ([\s\S]*?)\.? For more details/.exec(message)?.[1] ?? message;
  return oneLine(inside.replace(/\s*(?:Logs URL:|For more (?:details|troubleshooting))[\s\S]*$/, '')).replace(/[;,.]$/, '');
}

function page(message: string, stage: Stage | undefined): string | undefined {
  const named = /(?:Logs URL:|see the logs at) (https:\/\/\S+?)\.?(?:\s|$)/.exec(message)?.[1];
  return [named, text(stage?.resourceUri)].find((url) => url !== undefined && /^https:\/\/[\w.-]+\.google\.com\//.test(url));
}
