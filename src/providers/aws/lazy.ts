import type { FunctionProvider } from '../../core/provider';

type Members = 'scopes' | 'list' | 'deploy' | 'remove' | 'invoke' | 'tail' | 'code' | 'config';

/** What everything that speaks Lambda's API can do. */
export type LambdaMembers = Required<Pick<FunctionProvider, Members>>;

type Load<T> = () => Promise<T>;

/** Remembers the answer, so that a bundle is loaded once; a failed load is tried again at the next call. */
export function once<T>(load: Load<T>): Load<T> {
  let loaded: Promise<T> | undefined;
  const forget = (error: unknown): never => {
    loaded = undefined;
    throw error;
  };
  return () => (loaded ??= load().catch(forget));
}

/** Members that load the real ones when the first of them is called. */
export function lazyMembers(load: Load<LambdaMembers>): LambdaMembers {
  return {
    scopes: async (...args) => (await load()).scopes(...args),
    list: async function* (...args) {
      yield* (await load()).list(...args);
    },
    deploy: async (...args) => (await load()).deploy(...args),
    remove: async (...args) => (await load()).remove(...args),
    invoke: async (...args) => (await load()).invoke(...args),
    tail: async function* (...args) {
      yield* (await load()).tail(...args);
    },
    code: { download: async (...args) => (await load()).code.download(...args) },
    config: {
      read: async (...args) => (await load()).config.read(...args),
      write: async (...args) => (await load()).config.write(...args),
    },
  };
}
