import { createHash } from 'node:crypto';
import type { cloudfunctions_v2 } from 'googleapis/build/src/apis/cloudfunctions/v2';
import { isAbort } from '../../core/errors';
import type { CallOptions, FunctionRef } from '../../core/provider';
import type { Connection } from './client';
import { fetchPackage } from './code';
import { hashIn } from './codeLabel';
import { servesNewest } from './traffic';
import { record } from './values';

type Raw = cloudfunctions_v2.Schema$Function;

/** A larger package is not fetched only to look at it. */
const mostBytes = 20_000_000;

const lookMs = 30_000;

/** States in which the code that the function tells of is not, or not for long, the code that serves. */
const uncertain: ReadonlySet<unknown> = new Set(['FAILED', 'DEPLOYING', 'DELETING']);

/** Hashes of packages by the build that was made of them, as far as they have been seen. */
const seen = new WeakMap<Connection, Map<string, string>>();

/** Keeps in mind which package the function as read was built from. */
export function remember(connection: Connection, raw: Raw, hash: string): void {
  const known = seen.get(connection) ?? new Map<string, string>();
  seen.set(connection, known.set(keyOf(raw), hash));
}

/** The hash of the package that the function was built from, as `DeploymentPackage` has it, if that was seen. */
export function remembered(connection: Connection, raw: Raw): string | undefined {
  return seen.get(connection)?.get(keyOf(raw));
}

function keyOf({ name, updateTime, buildConfig }: Raw): string {
  return JSON.stringify([name, buildConfig?.build ?? updateTime, buildConfig?.source]);
}

/**
 * The hash of the package that serves; `undefined` when it is not one of ours, or not certain. The label alone does not tell:
 * gcloud leaves it when it puts other code in place, a failed deploy leaves older code in service, and calls may go to older
 * revisions.
 */
export async function servedHash(connection: Connection, ref: FunctionRef, raw: Raw, options: CallOptions): Promise<string | undefined> {
  const hash = hashIn(record(raw.labels));
  const isUncertain = uncertain.has(raw.state) || (Array.isArray(raw.stateMessages) && raw.stateMessages.some((message) => message?.severity === 'ERROR'));
  if (hash === undefined || isUncertain || !(await servesNewest(connection, ref, raw, options))) return undefined;
  return (remembered(connection, raw) ?? (await look(connection, ref, raw, options))) === hash ? hash : undefined;
}

async function look(connection: Connection, ref: FunctionRef, raw: Raw, options: CallOptions): Promise<string | undefined> {
  try {
    const bytes = await fetchPackage(connection, ref, { mostBytes, deadlineMs: lookMs }, options);
    const hash = createHash('sha256').update(bytes).digest('base64');
    remember(connection, raw, hash);
    return hash;
  } catch (error) {
    if (isAbort(error)) throw error;
    // Not allowed, too large, or out of reach: then it is uploaded once more than needed.
    return undefined;
  }
}
