import type { ListPage, LogEvent } from '../../core/provider';
import type { Connect } from './client';
import { download } from './code';
import { config } from './config';
import { deploy } from './deploy';
import { invoke } from './invoke';
import type { GoogleMembers } from './lazy';
import { list } from './list';
import { remove } from './remove';
import { tail } from './tail';
import { versions } from './versions';

/** What is done with one project's functions. */
export function members(connect: Connect, pollMs: () => number): Omit<GoogleMembers, 'scopes' | 'places' | 'configure'> {
  return {
    list: async function* (scope, options): AsyncGenerator<ListPage> {
      yield* list(await connect(scope.id, options), scope, options);
    },
    deploy: async (request, options) => deploy(await connect(request.ref.scope, options), request, options),
    remove: async (ref, options) => remove(await connect(ref.scope, options), ref, options),
    invoke: async (ref, request, options) => invoke(await connect(ref.scope, options), ref, request, options),
    tail: (ref, since, options): AsyncIterable<readonly LogEvent[]> => tail({ ref, connect: (at) => connect(ref.scope, at), pollMs: pollMs() }, since, options),
    code: { download: async (ref, options) => download(await connect(ref.scope, options), ref, options) },
    config: config(connect),
    versions: versions(connect),
  };
}
