import { setTimeout as sleep } from 'node:timers/promises';
import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import { explain } from '../../core/change';
import { ProviderError } from '../../core/errors';
import { oneLine } from '../../core/link';
import type { CallOptions } from '../../core/provider';
import type { Connection } from './client';
import { describe } from './describe';

const longestMs = 300_000;
const firstLookMs = 40;
const slowestPollMs = 2_000;

/** Whether the function is still on its way to what was last asked of it. */
export function isSettling({ State, LastUpdateStatus }: FunctionConfiguration): boolean {
  return State === 'Pending' || LastUpdateStatus === 'InProgress';
}

/**
 * Waits until the function serves what was last asked of it. A failure or a cancel becomes a `ProviderError` that begins with
 * `state`: what had been done before.
 */
export async function settleAfter(connection: Connection, current: FunctionConfiguration, state: string, options: CallOptions): Promise<FunctionConfiguration> {
  try {
    return await settle(connection, current, options);
  } catch (error) {
    throw explain(state, error);
  }
}

async function settle(connection: Connection, current: FunctionConfiguration, options: CallOptions): Promise<FunctionConfiguration> {
  const name = current.FunctionName ?? '';
  const end = Date.now() + longestMs;
  let latest: FunctionConfiguration | undefined = current;
  for (let pause = connection.access.firstLookMs ?? firstLookMs; latest && isSettling(latest); pause = Math.min(Math.max(pause, firstLookMs) * 1.6, slowestPollMs)) {
    if (Date.now() > end) throw new ProviderError('unknown', `${name} was not ready after ${longestMs / 60_000} minutes; look at its state in the list.`);
    await sleep(pause, undefined, { signal: options.signal });
    latest = await describe(connection, { name }, options);
  }
  if (!latest) throw new ProviderError('notFound', `${name} was deleted by somebody else; deploy it again.`);
  failIfBroken(latest);
  return latest;
}

function failIfBroken({ FunctionName = '', State, StateReason, LastUpdateStatus, LastUpdateStatusReason }: FunctionConfiguration): void {
  if (State !== 'Failed' && LastUpdateStatus !== 'Failed') return;
  const reason = oneLine((LastUpdateStatus === 'Failed' ? LastUpdateStatusReason : StateReason) ?? 'no reason given');
  throw new ProviderError('invalid', `${FunctionName} cannot run with this code and configuration (${reason}); correct it and deploy again.`);
}
