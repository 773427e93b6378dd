import { setTimeout as sleep } from 'node:timers/promises';
import { CreateFunctionCommand, type FunctionCode, type FunctionConfiguration } from '@aws-sdk/client-lambda';
import { makeChange } from '../../core/change';
import { isProviderError, ProviderError } from '../../core/errors';
import type { CallOptions, DeployRequest } from '../../core/provider';
import { call } from './call';
import type { Connection } from './client';
import { describe } from './describe';
import { toConfiguration } from './settings';

/** A deploy of code in any of the ways that Lambda takes it. */
export interface CodeRequest extends Omit<DeployRequest, 'package'> {
  readonly code: Code;
}

export interface Code {
  readonly input: Pick<FunctionCode, 'ZipFile' | 'S3Bucket' | 'S3Key'>;
  /** `CodeSha256` of a function that has this code. */
  readonly hash: string;
}

const action = 'lambda:CreateFunction';
/** A new role takes some seconds until Lambda may use it. */
const roleMs = 15_000;
export const uploadMs = 300_000;

/** Creates the function; the answer may tell that it is not active yet. */
export async function create(connection: Connection, request: CodeRequest, options: CallOptions): Promise<FunctionConfiguration> {
  const { name } = request.ref;
  const command = toCommand(connection, request);
  const send = (at: CallOptions): Promise<FunctionConfiguration> =>
    untilRoleWorks(() => call(connection, { action, subject: name, deadlineMs: uploadMs, send: (sent) => connection.writer.send(command, sent) }, at), at);
  return makeChange(
    {
      send,
      landed: async (at) => {
        const found = await describe(connection, { name }, at);
        return found?.CodeSha256 === request.code.hash ? found : undefined;
      },
      undone: `${name} was not created`,
      done: `${name} was created`,
      unsure: `${name} may or may not have been created`,
    },
    options,
  );
}

function toCommand(connection: Connection, { ref, settings, code }: CodeRequest): CreateFunctionCommand {
  const role = settings.role ?? connection.access.role;
  if (!role) throw new ProviderError('invalid', `${ref.name} is new and needs a role to run as; choose a role and deploy again.`);
  if (!settings.runtime || !settings.handler) {
    throw new ProviderError('invalid', `${ref.name} is new and needs a runtime and a handler; add both to its deck.json and deploy again.`);
  }
  return new CreateFunctionCommand({
    ...toConfiguration(settings),
    FunctionName: ref.name,
    Role: role,
    Architectures: settings.architecture && [settings.architecture],
    Code: code.input,
  });
}

async function untilRoleWorks<T>(send: () => Promise<T>, { signal }: CallOptions): Promise<T> {
  const end = Date.now() + roleMs;
  for (;;) {
    try {
      return await send();
    } catch (error) {
      const early = isProviderError(error) && error.kind === 'invalid' && /cannot be assumed/.test(error.message);
      if (!early || Date.now() > end) throw error;
      await sleep(1_500, undefined, { signal });
    }
  }
}
