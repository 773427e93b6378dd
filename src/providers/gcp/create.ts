import { makeChange } from '../../core/change';
import { ProviderError } from '../../core/errors';
import type { CallOptions, FunctionRef, FunctionSettings } from '../../core/provider';
import { call } from './call';
import type { Connection } from './client';
import { hashIn } from './codeLabel';
import { describe } from './describe';
import { parentName, placeOf } from './names';
import type { Operation } from './operations';
import type { Change } from './settings';
import { acceptMs } from './update';
import { record } from './values';

/** Throws `ProviderError` when a function cannot be made with so few settings. */
export function checkNew({ name }: FunctionRef, { runtime, handler }: FunctionSettings): void {
  if (runtime && handler) return;
  throw new ProviderError('invalid', `${name} is new and needs a runtime and a handler; add both to its deck.json and deploy again.`);
}

/** Begins to make the function; `undefined` when that began and its answer was lost. */
export async function create(connection: Connection, ref: FunctionRef, { body }: Change, hash: string, options: CallOptions): Promise<Operation | undefined> {
  const { functions } = connection.functions.projects.locations;
  const { name } = ref;
  const request = { parent: parentName(placeOf(ref)), functionId: name, requestBody: { environment: 'GEN_2', ...body, serviceConfig: { ...body.serviceConfig, allTrafficOnLatestRevision: true } } };
  const sent = await makeChange<{ readonly operation?: Operation }>(
    {
      send: async (at) => ({ operation: await call(connection, { action: 'cloudfunctions.functions.create', subject: name, deadlineMs: acceptMs, send: (sentAt) => functions.create(request, sentAt) }, at) }),
      landed: async (at) => {
        const found = await describe(connection, ref, at);
        return found?.kind === 'function' && hashIn(record(found.raw.labels)) === hash ? {} : undefined;
      },
      undone: `${name} was not created`,
      done: `${name} was created, and its deployment goes on at Google`,
      unsure: `${name} may or may not have been created`,
    },
    options,
  );
  return sent.operation;
}
