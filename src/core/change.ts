import { setTimeout as sleep } from 'node:timers/promises';
import { type ErrorFacts, isAbort, isProviderError, ProviderError } from './errors';
import type { CallOptions } from './provider';

/** A change that is sent once. */
export interface Change<T> {
  readonly send: (options: CallOptions) => Promise<T>;
  /** The state of things if the change has been made, asked when its answer was lost. */
  readonly landed: (options: CallOptions) => Promise<T | undefined>;
  /** How messages name a change that was not made, was made, or may have been: each begins a sentence before a colon. */
  readonly undone: string;
  readonly done: string;
  readonly unsure: string;
  /** What to do after a cancel; to deploy again when left out. */
  readonly cure?: string;
}

/** How long a user who cancels waits to be told what has become of the change. */
const lookBackMs = 800;
/** A change that was cut off on its way may take effect a moment later. */
const secondLookMs = 1_000;
const deployAgain = 'deploy again to finish, or refresh to see it as it is';
const throttlePauses = [300, 1_000, 2_500];

/** Sends the change once; when its answer is lost, looks whether it was made. Every failure says what is and is not so. */
export async function makeChange<T>(change: Change<T>, options: CallOptions): Promise<T> {
  try {
    return await patiently(change.send, options);
  } catch (error) {
    const cancelled = isAbort(error);
    if (!cancelled && !isLost(error)) throw explain(change.undone, error);
    return await lookBack(change, error, cancelled, options);
  }
}

/** A throttled request was not carried out, so it may be sent again. */
async function patiently<T>(send: Change<T>['send'], options: CallOptions): Promise<T> {
  for (const pause of throttlePauses) {
    try {
      return await send(options);
    } catch (error) {
      if (!isProviderError(error) || error.kind !== 'throttled') throw error;
      await sleep(pause, undefined, { signal: options.signal });
    }
  }
  return await send(options);
}

async function lookBack<T>(change: Change<T>, error: unknown, cancelled: boolean, options: CallOptions): Promise<T> {
  const signal = cancelled ? AbortSignal.timeout(lookBackMs) : options.signal;
  const found = await look(change, cancelled, { signal }).catch((reason: unknown) => {
    throw explain(change.unsure, error, reason, change.cure);
  });
  if (found === undefined) throw explain(cancelled ? change.unsure : change.undone, error, error, change.cure);
  if (cancelled) throw explain(change.done, error, error, change.cure);
  return found;
}

async function look<T>({ landed }: Change<T>, cancelled: boolean, options: CallOptions): Promise<T | undefined> {
  const found = await landed(options);
  if (found !== undefined || cancelled) return found;
  await sleep(secondLookMs, undefined, options);
  return landed(options);
}

/** Whether a failure leaves open what the other side has done. */
export function isLost(error: unknown): error is ProviderError {
  return isProviderError(error) && (error.kind === 'network' || error.kind === 'unknown') && !error.untaken;
}

/** The error with what it means for the function said first. */
export function explain(state: string, error: unknown, cause: unknown = error, cure = deployAgain): Error {
  if (isAbort(error)) return new ProviderError('unknown', `${state}: you cancelled; ${cure}.`, { cause });
  if (isProviderError(error)) return new ProviderError(error.kind, `${state}: ${error.message}`, { ...factsOf(error), cause });
  return error instanceof Error ? error : new Error(String(error));
}

function factsOf({ signIn, untaken, lines, page }: ProviderError): ErrorFacts {
  return { signIn, untaken, lines, page };
}

/** Says of an invocation whose answer was lost that the function may have run all the same; other errors stay as they are. */
export function mayHaveRun(error: unknown, name: string, sent: Date): unknown {
  if (!isLost(error)) return error;
  const at = sent.toISOString().slice(11, 19);
  const message = `${name} may have run, but its answer was lost; look at its log from ${at} UTC on before you invoke it again (${error.message.replace(/\.$/, '')}).`;
  return new ProviderError(error.kind, message, { cause: error });
}
