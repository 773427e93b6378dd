import { setTimeout as sleep } from 'node:timers/promises';
import { ProviderError, throwIfAborted } from '../../src/core/errors';
import type {
  CallOptions,
  CloudFunction,
  DeployOptions,
  DeployRequest,
  FunctionConfig,
  FunctionProvider,
  FunctionRef,
  FunctionSettings,
  InvokeRequest,
  InvokeResult,
  ListPage,
  LogEvent,
  Scope,
  TailOptions,
} from '../../src/core/provider';
import { follow } from '../../src/core/tail';

/** What a function in memory does: it prints and answers, or throws. */
export type Body = (event: unknown, print: (line: string) => void, options: CallOptions) => Promise<unknown>;

interface Deployed {
  readonly config: FunctionConfig;
  readonly bytes: Uint8Array;
  readonly log: LogEvent[];
}

const pageSize = 50;

/** The whole contract in memory: the smallest provider there is, and the first that the contract suite runs on. */
export class MemoryProvider implements FunctionProvider {
  readonly id: string = 'memory';
  readonly label = 'Memory';
  readonly remote = false;
  readonly templates = [];
  readonly invokeModes = ['sync', 'async', 'dryRun'] as const;
  /** Pages of functions that were asked for so far. */
  pages = 0;
  invocations = 0;
  readonly #functions = new Map<string, Deployed>();
  #revision = 0;

  constructor(readonly body: Body = async (event) => event) {}

  async scopes({ signal }: CallOptions): Promise<readonly Scope[]> {
    throwIfAborted(signal);
    return [{ id: 'here', label: 'Here' }];
  }

  async *list(_scope: Scope, { signal }: CallOptions): AsyncGenerator<ListPage> {
    const all = [...this.#functions.values()].map(({ config }) => config);
    for (let start = 0; start === 0 || start < all.length; start += pageSize) {
      throwIfAborted(signal);
      this.pages += 1;
      yield { functions: all.slice(start, start + pageSize) };
    }
  }

  async deploy({ ref, settings, package: zip }: DeployRequest, { signal, report }: DeployOptions): Promise<CloudFunction> {
    throwIfAborted(signal);
    const old = this.#functions.get(ref.name);
    const same = old?.config.codeHash === zip.hash && covers(old.config, settings);
    if (!same) this.#put(ref, { ...old?.config, ...settings, codeHash: zip.hash, codeBytes: zip.bytes.length }, zip.bytes);
    report('Deployed', 1);
    return this.#get(ref).config;
  }

  async remove(ref: FunctionRef, { signal }: CallOptions): Promise<void> {
    throwIfAborted(signal);
    this.#get(ref);
    this.#functions.delete(ref.name);
  }

  async invoke(ref: FunctionRef, { payload, mode = 'sync' }: InvokeRequest, options: CallOptions): Promise<InvokeResult> {
    throwIfAborted(options.signal);
    const { log } = this.#get(ref);
    if (mode === 'dryRun') return { ok: true, status: 204, payload: new Uint8Array() };
    this.invocations += 1;
    const lines: string[] = [];
    const print = (message: string): void => {
      lines.push(message);
      log.push({ id: `${ref.name}-${log.length}`, at: new Date(), message, ingestedAt: new Date() });
    };
    try {
      const answer = await this.body(JSON.parse(Buffer.from(payload).toString('utf8')), print, options);
      return { ok: true, status: 200, log: lines, payload: Buffer.from(JSON.stringify(answer)) };
    } catch (error) {
      throwIfAborted(options.signal);
      const { name, message, stack = '' } = error as Error;
      return { ok: false, status: 200, log: lines, error: { type: name, message, stack: stack.split('\n'), payload: Buffer.from(JSON.stringify({ message })) } };
    }
  }

  async *tail(ref: FunctionRef, since: Date, options: TailOptions): AsyncGenerator<readonly LogEvent[]> {
    const read: Parameters<typeof follow>[0] = async (range, _next, { signal }) => {
      throwIfAborted(signal);
      await sleep(1, undefined, { signal });
      const events = (this.#functions.get(ref.name)?.log ?? []).filter((event) => event.at >= range.since && (!range.until || event.at <= range.until));
      return { events, serverTime: new Date() };
    };
    yield* follow(read, since, { ...options, pollMs: 20 });
  }

  readonly code = {
    download: async (ref: FunctionRef, { signal }: CallOptions): Promise<Uint8Array> => {
      throwIfAborted(signal);
      return this.#get(ref).bytes;
    },
  };

  readonly config = {
    read: async (ref: FunctionRef, { signal }: CallOptions): Promise<FunctionConfig | undefined> => {
      throwIfAborted(signal);
      return this.#functions.get(ref.name)?.config;
    },
    write: async (ref: FunctionRef, change: FunctionSettings, revision: string | undefined, { signal }: CallOptions): Promise<FunctionConfig> => {
      throwIfAborted(signal);
      const { config, bytes } = this.#get(ref);
      if (revision !== undefined && revision !== config.revision) throw new ProviderError('conflict', `${ref.name} was changed by somebody else; refresh.`);
      this.#put(ref, { ...config, ...change }, bytes);
      return this.#get(ref).config;
    },
  };

  #get(ref: FunctionRef): Deployed {
    const found = this.#functions.get(ref.name);
    if (!found) throw new ProviderError('notFound', `There is no "${ref.name}"; refresh the list.`);
    return found;
  }

  #put(ref: FunctionRef, config: Partial<FunctionConfig>, bytes: Uint8Array): void {
    this.#revision += 1;
    const log = this.#functions.get(ref.name)?.log ?? [];
    const whole: FunctionConfig = { ...config, ref, state: 'active', updatedAt: new Date(), revision: String(this.#revision) };
    this.#functions.set(ref.name, { config: whole, bytes, log });
  }
}

function covers(config: FunctionConfig, settings: FunctionSettings): boolean {
  const current = new Map(Object.entries(config));
  return Object.entries(settings).every(([name, value]) => JSON.stringify(current.get(name)) === JSON.stringify(value));
}
