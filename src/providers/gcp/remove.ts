import { explain, isLost } from '../../core/change';
import { isAbort, isProviderError, ProviderError } from '../../core/errors';
import type { CallOptions, FunctionRef } from '../../core/provider';
import { call } from './call';
import type { Connection } from './client';
import { describe, type Found } from './describe';
import { oneLine } from '../../core/link';
import { requireFunction } from './mutable';
import { fullName } from './names';
import { followFunction, lagMs, type Operation, until } from './operations';
import { acceptMs } from './update';

/** Deletes the function with the service and the trigger behind it; its log stays. Returns when it is gone. */
export async function remove(connection: Connection, ref: FunctionRef, options: CallOptions): Promise<void> {
  requireFunction(await describe(connection, ref, options), ref);
  const operation = await send(connection, ref, options);
  try {
    const over = operation && (await followFunction(connection, operation, options));
    if (over?.error) throw new ProviderError('invalid', `${ref.name} was not deleted (${oneLine(over.error.message ?? 'no reason was given')}); try again.`);
    if (!over) await untilGone(connection, ref, options);
  } catch (error) {
    if (isAbort(error)) throw new ProviderError('unknown', `You cancelled, but the deletion of ${ref.name} was begun and goes on at Google; refresh in a minute to see that it is gone.`, { cause: error });
    if (isOutcome(error)) throw error;
    throw explain(`The deletion of ${ref.name} was begun, but how it ends cannot be seen`, error);
  }
}

/** Whether it tells how the deletion ended, and not that nothing can be heard of it. */
function isOutcome(error: unknown): boolean {
  return isProviderError(error) && (error.kind === 'invalid' || error.kind === 'conflict');
}

/** `undefined` when the answer was lost, but the function is being deleted or gone. */
async function send(connection: Connection, ref: FunctionRef, options: CallOptions): Promise<Operation | undefined> {
  const { functions } = connection.functions.projects.locations;
  try {
    const request = { name: fullName(ref) };
    return await call(connection, { action: 'cloudfunctions.functions.delete', subject: ref.name, deadlineMs: acceptMs, send: (at) => functions.delete(request, at) }, options);
  } catch (error) {
    if (isAbort(error)) throw cancelled(ref, error);
    if (!isLost(error)) throw error;
    const found = await lookBack(connection, ref, error, options);
    if (!isGoing(found)) throw new ProviderError(error.kind, `${ref.name} was not deleted: ${error.message}`, { cause: error });
    return undefined;
  }
}

/** The function after a deletion whose answer was lost. */
async function lookBack(connection: Connection, ref: FunctionRef, lost: ProviderError, options: CallOptions): Promise<Found | undefined> {
  try {
    return await describe(connection, ref, options);
  } catch (error) {
    throw isAbort(error) ? cancelled(ref, error) : explain(`${ref.name} may or may not have been deleted`, lost, error);
  }
}

function cancelled({ name }: FunctionRef, cause: unknown): ProviderError {
  return new ProviderError('unknown', `You cancelled, and the deletion of ${name} may or may not have been begun; refresh in a minute to see whether it is gone.`, { cause });
}

function isGoing(found: Found | undefined): boolean {
  return found?.kind !== 'function' || found.raw.state === 'DELETING';
}

async function untilGone(connection: Connection, ref: FunctionRef, options: CallOptions): Promise<void> {
  const end = Date.now() + lagMs;
  await until(async () => {
    const found = await describe(connection, ref, options);
    if (!isGoing(found) && Date.now() > end) throw new ProviderError('conflict', `${ref.name} is still there, though its deletion was begun; refresh and delete it again.`);
    return found?.kind !== 'function';
  }, options);
}
