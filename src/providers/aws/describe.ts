import { type FunctionConfiguration, GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { isProviderError, ProviderError } from '../../core/errors';
import type { CallOptions } from '../../core/provider';
import { call } from './call';
import type { Connection } from './client';
import { strange } from './linkErrors';
import { host } from './site';

const action = 'lambda:GetFunctionConfiguration';

/** A function's own names, as calls about it take them. */
export interface Name {
  readonly name: string;
  readonly qualifier?: string;
}

/** The function as the server has it now; `undefined` when there is none. */
export async function describe(connection: Connection, { name, qualifier }: Name, options: CallOptions): Promise<FunctionConfiguration | undefined> {
  const command = new GetFunctionConfigurationCommand({ FunctionName: name, Qualifier: qualifier });
  try {
    const answer = await call(connection, { action, subject: name, send: (at) => connection.reader.send(command, at) }, options);
    if (typeof answer.FunctionName === 'string') return answer;
  } catch (error) {
    if (isProviderError(error) && error.kind === 'notFound') return undefined;
    throw error;
  }
  throw new ProviderError('network', strange(host(connection.access, action)));
}
