import type { CallOptions, DebugFacet, DebugProcess, FunctionRef } from '../../core/provider';
import type { LambdaMembers } from '../aws/lazy';
import type { Live } from './health';
import { askRuntime, followRuntime } from './own';

type Ensure = (options: CallOptions) => Promise<Live>;

// As long as a function may be looked at; its own clock stands still meanwhile.
const patienceSeconds = 24 * 3600;

/** The members with which functions can be debugged: calls of one that is are waited for as long as its debugger holds it. */
export function withDebugging<T extends Pick<LambdaMembers, 'invoke'>>(members: T, ensure: Ensure): T & { readonly debug: DebugFacet } {
  const open = new Set<string>();
  return {
    ...members,
    invoke: (ref, request, options) => members.invoke(ref, open.has(ref.name) ? { ...request, timeoutSeconds: patienceSeconds } : request, options),
    debug: {
      processes: async function* (ref, { debugpy, env, ready, signal }) {
        const live = await ensure({ signal });
        try {
          for await (const told of followRuntime(live, { method: 'POST', path: path(ref), body: { debugpy, env } }, { signal })) {
            open.add(ref.name);
            if (isProcess(told)) yield told;
            else ready?.();
          }
        } finally {
          open.delete(ref.name);
        }
      },
      hold: async (ref, isHeld, options) => {
        await askRuntime(await ensure(options), { method: 'PUT', path: path(ref), body: { held: isHeld } }, options);
      },
    },
  };
}

function path({ name }: FunctionRef): string {
  return `functions/${encodeURIComponent(name)}/debug`;
}

function isProcess(told: unknown): told is DebugProcess {
  return typeof told === 'object' && told !== null && 'port' in told;
}
