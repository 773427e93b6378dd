import { type FunctionConfiguration, UpdateFunctionCodeCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { makeChange } from '../../core/change';
import type { CallOptions } from '../../core/provider';
import { call } from './call';
import type { Connection } from './client';
import { type CodeRequest, uploadMs } from './create';
import { describe } from './describe';
import { type Configuration, difference, newArchitecture } from './settings';

/** Puts new code in place of the one that `current` tells of. */
export async function updateCode(connection: Connection, request: CodeRequest, current: FunctionConfiguration, options: CallOptions): Promise<FunctionConfiguration> {
  const { ref, settings, code } = request;
  const action = 'lambda:UpdateFunctionCode';
  const command = new UpdateFunctionCodeCommand({
    FunctionName: ref.name,
    ...code.input,
    Architectures: newArchitecture(settings, current),
    RevisionId: current.RevisionId,
  });
  return makeChange(
    {
      send: (at) => call(connection, { action, subject: ref.name, deadlineMs: uploadMs, send: (sent) => connection.writer.send(command, sent) }, at),
      landed: async (at) => {
        const found = await describe(connection, ref, at);
        return found?.CodeSha256 === code.hash && !newArchitecture(settings, found) ? found : undefined;
      },
      undone: `Nothing of ${ref.name} was changed`,
      done: `The new code of ${ref.name} was uploaded, its configuration was not changed`,
      unsure: `The new code of ${ref.name} may or may not have been uploaded, its configuration was not changed`,
    },
    options,
  );
}

/** What the function is like before a change of configuration, for messages: with new code or as before. */
export interface Before {
  readonly current: FunctionConfiguration;
  readonly newCode: boolean;
}

/** Writes the members of `change`, unless somebody else changed the function since `current` was read. */
export async function updateConfiguration(connection: Connection, change: Configuration, before: Before, options: CallOptions): Promise<FunctionConfiguration> {
  const { FunctionName: name = '', RevisionId } = before.current;
  const action = 'lambda:UpdateFunctionConfiguration';
  const command = new UpdateFunctionConfigurationCommand({ ...change, FunctionName: name, RevisionId });
  const code = before.newCode ? `The new code of ${name} is deployed, but its` : `The code of ${name} is as it was and its`;
  return makeChange(
    {
      send: (at) => call(connection, { action, subject: name, send: (sent) => connection.writer.send(command, sent) }, at),
      landed: async (at) => {
        const found = await describe(connection, { name }, at);
        return found && !difference(change, found) ? found : undefined;
      },
      undone: `${code} configuration was not changed`,
      done: `${code} configuration was changed`,
      unsure: `${code} configuration may or may not have been changed`,
    },
    options,
  );
}
