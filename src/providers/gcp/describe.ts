import type { cloudfunctions_v2 } from 'googleapis/build/src/apis/cloudfunctions/v2';
import type { run_v1 } from 'googleapis/build/src/apis/run/v1';
import { isProviderError } from '../../core/errors';
import type { CallOptions, FunctionRef } from '../../core/provider';
import { call } from './call';
import type { Connection } from './client';
import { strangeAnswer } from './errors';
import { fullName, serviceName } from './names';
import { isOwnService } from './runRow';

type Raw = cloudfunctions_v2.Schema$Function;

/** A function of the Functions API, or a Cloud Run service that was made from a function's source without it. */
export type Found = { readonly kind: 'function'; readonly raw: Raw } | { readonly kind: 'service'; readonly raw: run_v1.Schema$Service };

const action = 'cloudfunctions.functions.get';

/** The function as the server has it now; `undefined` when there is none. */
export async function describe(connection: Connection, ref: FunctionRef, options: CallOptions): Promise<Found | undefined> {
  try {
    const raw = await describeFunction(connection, ref, options);
    return raw ? { kind: 'function', raw } : await describeService(connection, ref, options);
  } catch (error) {
    // Whoever uses Cloud Run alone need not have enabled, nor be allowed, the Functions API.
    const service = isDenied(error) ? await describeService(connection, ref, options) : undefined;
    if (service) return service;
    throw error;
  }
}

async function describeFunction(connection: Connection, ref: FunctionRef, options: CallOptions): Promise<Raw | undefined> {
  const name = fullName(ref);
  const get = connection.functions.projects.locations.functions;
  const raw = await unlessMissing(call(connection, { action, subject: ref.name, repeat: true, send: (at) => get.get({ name }, at) }, options));
  if (raw && typeof raw.name !== 'string') throw strangeAnswer(connection.access, action);
  return raw;
}

async function describeService(connection: Connection, ref: FunctionRef, options: CallOptions): Promise<Found | undefined> {
  const name = serviceName(ref);
  const { services } = connection.run1.projects.locations;
  const request = { action: 'run.services.get', subject: ref.name, repeat: true, send: (at: CallOptions) => services.get({ name }, at) };
  const raw = await unlessMissing(call(connection, request, options)).catch((error: unknown) => {
    if (isDenied(error)) return undefined;
    throw error;
  });
  return raw && isOwnService(raw) ? { kind: 'service', raw } : undefined;
}

async function unlessMissing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isProviderError(error) && error.kind === 'notFound') return undefined;
    throw error;
  }
}

function isDenied(error: unknown): boolean {
  return isProviderError(error) && error.kind === 'denied';
}

/** First-generation functions are listed beside the others, but changed by an API of their own. */
export function generation(raw: Raw): 1 | 2 {
  return raw.environment === 'GEN_1' ? 1 : 2;
}
