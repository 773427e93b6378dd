import assert from 'node:assert/strict';
import { isProviderError, type ProviderError } from '../../src/core/errors';

/** The error that a call ends with. */
export async function rejection(call: Promise<unknown>): Promise<Error> {
  const error: unknown = await call.then(() => new Error('it did not fail'), (reason: unknown) => reason);
  assert.ok(error instanceof Error);
  return error;
}

/** The provider's error that a call ends with. */
export async function failure(call: Promise<unknown>): Promise<ProviderError> {
  const error = await rejection(call);
  assert.ok(isProviderError(error), error.stack);
  return error;
}
