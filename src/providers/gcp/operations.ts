import { setTimeout as sleep } from 'node:timers/promises';
import type { cloudfunctions_v2 } from 'googleapis/build/src/apis/cloudfunctions/v2';
import type { run_v2 } from 'googleapis/build/src/apis/run/v2';
import { isProviderError, ProviderError } from '../../core/errors';
import type { CallOptions } from '../../core/provider';
import { call } from './call';
import type { Connection } from './client';

/** A change that takes time: the two APIs describe it alike. */
export type Operation = cloudfunctions_v2.Schema$Operation | run_v2.Schema$GoogleLongrunningOperation;

const firstPauseMs = 40;
const longestPauseMs = 3_000;
/** How long nothing may be heard of a change that goes on all the same. */
const silenceMs = 120_000;
const longestMs = 3_600_000;
/** How long a function may still be described as before its change. */
export const lagMs = 20_000;

/**
 * Follows a change of a function to its end, which may be a failure; `seen` hears of every answer. `undefined` when nothing can be
 * heard of it, so that only the function itself tells how it goes.
 */
export async function followFunction(connection: Connection, first: Operation, options: CallOptions, seen?: (operation: Operation) => void): Promise<Operation | undefined> {
  const { operations } = connection.functions.projects.locations;
  const action = 'cloudfunctions.operations.get';
  const read = (name: string): Promise<Operation> => call(connection, { action, repeat: true, send: (at) => operations.get({ name }, at) }, options);
  try {
    const latest = await follow(first, read, options, seen);
    return latest.done ? latest : undefined;
  } catch (error) {
    if (isProviderError(error) && error.kind === 'notFound') return undefined;
    throw error;
  }
}

/** The same for a change of a Cloud Run service. */
export function followService(connection: Connection, first: Operation, options: CallOptions): Promise<Operation> {
  const { operations } = connection.run2.projects.locations;
  const action = 'run.operations.get';
  return follow(first, (name) => call(connection, { action, repeat: true, send: (at) => operations.get({ name }, at) }, options), options);
}

async function follow(first: Operation, read: (name: string) => Promise<Operation>, options: CallOptions, seen?: (operation: Operation) => void): Promise<Operation> {
  const { name } = first;
  let latest = first;
  seen?.(latest);
  await until(async () => {
    if (latest.done || !name) return true;
    latest = await read(name);
    seen?.(latest);
    return latest.done === true;
  }, options);
  return latest;
}

/** Asks again and again, more and more slowly, until the answer is yes; a broken network is waited out for a while. */
export async function until(isOver: () => Promise<boolean>, { signal }: CallOptions, mostMs = longestMs): Promise<void> {
  const end = Date.now() + mostMs;
  let failing: number | undefined;
  for (let pause = firstPauseMs; ; pause = Math.min(pause * 1.6, longestPauseMs)) {
    try {
      if (await isOver()) return;
      failing = undefined;
    } catch (error) {
      failing ??= Date.now();
      if (!mayPass(error) || Date.now() - failing > silenceMs) throw error;
    }
    if (Date.now() > end) throw new ProviderError('unknown', `It was not over after ${Math.round(mostMs / 60_000)} minutes; refresh and look at its state.`);
    await sleep(pause, undefined, { signal });
  }
}

function mayPass(error: unknown): boolean {
  return isProviderError(error) && (error.kind === 'network' || error.kind === 'unknown' || error.kind === 'throttled');
}
