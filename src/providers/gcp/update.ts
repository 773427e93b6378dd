import type { cloudfunctions_v2 } from 'googleapis/build/src/apis/cloudfunctions/v2';
import { makeChange } from '../../core/change';
import type { CallOptions, FunctionRef } from '../../core/provider';
import { call } from './call';
import type { Connection } from './client';
import { describe } from './describe';
import { fullName } from './names';
import type { Operation } from './operations';
import type { Change } from './settings';

/** How long Google may take to accept a change. */
export const acceptMs = 60_000;

/** Begins to change the function that `current` tells of; `undefined` when it began and its answer was lost. */
export async function update(connection: Connection, ref: FunctionRef, { body, mask }: Change, current: cloudfunctions_v2.Schema$Function, options: CallOptions): Promise<Operation | undefined> {
  const { functions } = connection.functions.projects.locations;
  const request = { name: fullName(ref), updateMask: mask.join(','), requestBody: body };
  const { name } = ref;
  const sent = await makeChange<{ readonly operation?: Operation }>(
    {
      send: async (at) => ({ operation: await call(connection, { action: 'cloudfunctions.functions.update', subject: name, deadlineMs: acceptMs, send: (sentAt) => functions.patch(request, sentAt) }, at) }),
      landed: async (at) => {
        const found = await describe(connection, ref, at);
        const isOther = found?.kind === 'function' && (found.raw.state === 'DEPLOYING' || found.raw.updateTime !== current.updateTime);
        return isOther ? {} : undefined;
      },
      undone: `Nothing of ${name} was changed`,
      done: `The change of ${name} was begun and goes on at Google`,
      unsure: `The change of ${name} may or may not have been begun`,
    },
    options,
  );
  return sent.operation;
}
