type Load<T> = () => Promise<T>;

/** How a member answers: a call with a promise, a stream with an async generator; an object holds more members. */
export type Shape<T> = { readonly [K in keyof T]: T[K] extends (...args: never[]) => AsyncIterable<unknown> ? 'stream' : T[K] extends (...args: never[]) => unknown ? 'call' : Shape<T[K]> };

/** Remembers the answer, so that a bundle is loaded once; a failed load is tried again at the next call. */
export function once<T>(load: Load<T>): Load<T> {
  let loaded: Promise<T> | undefined;
  const forget = (error: unknown): never => {
    loaded = undefined;
    throw error;
  };
  return () => (loaded ??= load().catch(forget));
}

type Members = Readonly<Record<string, unknown>>;
type Method = (...args: unknown[]) => unknown;

/** An object of the given shape that loads the real one when the first of its members is called. */
export function lazily<T extends object>(load: Load<T>, shape: Shape<T>): T {
  const members = Object.entries(shape as Members).map(([name, way]) => [name, lazyMember(load as Load<unknown>, name, way)]);
  return Object.fromEntries(members) as T;
}

function lazyMember(load: Load<unknown>, name: string, way: unknown): unknown {
  const member = async (): Promise<unknown> => ((await load()) as Members)[name];
  if (way === 'call') return async (...args: unknown[]): Promise<unknown> => ((await member()) as Method)(...args);
  if (way !== 'stream') return lazily(member as Load<object>, way as Shape<object>);
  return async function* (...args: unknown[]): AsyncGenerator<unknown> {
    yield* ((await member()) as Method)(...args) as AsyncIterable<unknown>;
  };
}
