import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import { ProviderError } from '../../core/errors';
import type { CallOptions, ConfigFacet, FunctionConfig, FunctionRef, FunctionSettings } from '../../core/provider';
import type { Connection } from './client';
import { describe } from './describe';
import { toConfig } from './row';
import { type Configuration, difference, newArchitecture, toConfiguration } from './settings';
import { settleAfter } from './settle';
import { updateConfiguration } from './update';

export type Connect = (scope: string, options: CallOptions) => Promise<Connection>;

/** Settings as deployed: read, and changed without changing the code. */
export function config(connect: Connect): ConfigFacet {
  return {
    read: async (ref, options) => {
      const connection = await connect(ref.scope, options);
      const found = await describe(connection, ref, options);
      return found && toConfig(connection, found);
    },
    write: async (ref, change, revision, options) => writeConfig(await connect(ref.scope, options), ref, change, revision, options),
  };
}

async function writeConfig(connection: Connection, ref: FunctionRef, change: FunctionSettings, revision: string | undefined, options: CallOptions): Promise<FunctionConfig> {
  const current = await describe(connection, { name: ref.name }, options);
  if (!current) throw gone(ref);
  if (newArchitecture(change, current)) {
    throw new ProviderError('invalid', `The architecture of ${ref.name} changes only together with its code; deploy it with the new architecture.`);
  }
  if (revision !== undefined && current.RevisionId !== revision) {
    throw new ProviderError('conflict', `${ref.name} was changed by somebody else since you opened it; refresh and make your change again.`);
  }
  const before = await settleAfter(connection, current, `Nothing of ${ref.name} was changed`, options);
  const missing = difference(toConfiguration(change), before);
  const written = missing ? await changeAndSettle(connection, missing, before, options) : before;
  const result = toConfig(connection, written);
  if (!result) throw gone(ref);
  return result;
}

async function changeAndSettle(connection: Connection, change: Configuration, before: FunctionConfiguration, options: CallOptions): Promise<FunctionConfiguration> {
  const changed = await updateConfiguration(connection, change, { current: before, newCode: false }, options);
  return settleAfter(connection, changed, `The configuration of ${changed.FunctionName ?? ''} was changed, but is not active`, options);
}

function gone(ref: FunctionRef): ProviderError {
  return new ProviderError('notFound', `There is no "${ref.name}" in ${ref.scope}; refresh the list and choose again.`);
}
