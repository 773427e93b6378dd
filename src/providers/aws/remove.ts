import { DeleteFunctionCommand } from '@aws-sdk/client-lambda';
import { isLost } from '../../core/change';
import { ProviderError } from '../../core/errors';
import type { CallOptions, FunctionRef } from '../../core/provider';
import { call } from './call';
import type { Connection } from './client';
import { describe } from './describe';

/** Deletes the function, or only one version of it; its log stays. */
export async function remove(connection: Connection, ref: FunctionRef, options: CallOptions): Promise<void> {
  const command = new DeleteFunctionCommand({ FunctionName: ref.name, Qualifier: ref.qualifier });
  const request = { action: 'lambda:DeleteFunction', subject: ref.name };
  try {
    await call(connection, { ...request, send: (at) => connection.writer.send(command, at) }, options);
  } catch (error) {
    if (!isLost(error)) throw error;
    // The answer was lost, not necessarily the request.
    if (await describe(connection, ref, options)) throw new ProviderError(error.kind, `${ref.name} was not deleted: ${error.message}`, { cause: error });
  }
}
