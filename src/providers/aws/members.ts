import type { CallOptions, FunctionRef, ListPage, LogEvent, Scope } from '../../core/provider';
import type { Clock } from '../../core/tail';
import { download } from './code';
import { type Connect, config } from './config';
import { deploy } from './deploy';
import { invoke } from './invoke';
import type { LambdaMembers } from './lazy';
import { list } from './list';
import { remove } from './remove';
import { tail } from './tail';

/** What differs between places that speak Lambda's API. */
export interface Place {
  readonly scopes: (options: CallOptions) => Promise<readonly Scope[]>;
  readonly connect: Connect;
  /** The pause between two looks at a log that is tailed. */
  readonly pollMs: () => number;
  /** As `Source.watch`, of one function's log. */
  readonly watch?: (ref: FunctionRef, signal: AbortSignal) => Clock['sleep'];
}

/** What everything that speaks Lambda's API can do. */
export function members({ scopes, connect, pollMs, watch }: Place): LambdaMembers {
  return {
    scopes,
    list: async function* (scope, options): AsyncGenerator<ListPage> {
      yield* list(await connect(scope.id, options), options);
    },
    deploy: async (request, options) => deploy(await connect(request.ref.scope, options), request, options),
    remove: async (ref, options) => remove(await connect(ref.scope, options), ref, options),
    invoke: async (ref, request, options) => invoke(await connect(ref.scope, options), ref, request, options),
    tail: (ref, since, options): AsyncIterable<readonly LogEvent[]> => tail(
        { ref, connect: (at) => connect(ref.scope, at), pollMs: pollMs(), watch: watch && ((signal) => watch(ref, signal)) },
        since,
        options,
      ),
    code: { download: async (ref, options) => download(await connect(ref.scope, options), ref, options) },
    config: config(connect),
  };
}
