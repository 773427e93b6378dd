import { type Disposable, Emitter, type Event } from './emitter';
import { ProviderError } from './errors';
import {
  type CallOptions,
  type Capability,
  type CloudFunction,
  type DeployOptions,
  type DeployRequest,
  type FunctionConfig,
  type FunctionProvider,
  type FunctionRef,
  type InvokeRequest,
  type InvokeResult,
  type LinkRequest,
  type ListPage,
  type LogEvent,
  type ReadOptions,
  type Scope,
  supports,
  type TailOptions,
  type Trigger,
  type TriggersFacet,
} from './provider';

/** What happened to the functions behind the service, for views that show them. */
export type ServiceChange =
  | { readonly kind: 'providers' }
  | { readonly kind: 'deployed' | 'removed' | 'triggers'; readonly ref: FunctionRef }
  | { readonly kind: 'invoked'; readonly ref: FunctionRef; readonly request: InvokeRequest; readonly result: InvokeResult };

/** The part of the service that another extension may use. */
export interface FunctionReader {
  readonly onDidChange: Event<ServiceChange>;
  readonly providers: readonly FunctionProvider[];
  scopes(provider: string, options: CallOptions): Promise<readonly Scope[]>;
  list(provider: string, scope: Scope, options: CallOptions): AsyncIterable<ListPage>;
  describe(ref: FunctionRef, options: ReadOptions): Promise<FunctionConfig | undefined>;
  triggers(ref: FunctionRef, options: CallOptions): Promise<readonly Trigger[]>;
}

/** The shared provider service: every part of the UI asks it, and it alone talks to providers. */
export class FunctionService implements FunctionReader {
  readonly #providers = new Map<string, FunctionProvider>();
  readonly #changes = new Emitter<ServiceChange>();
  readonly #deploying = new Set<string>();
  readonly onDidChange = this.#changes.event;

  get providers(): readonly FunctionProvider[] {
    return [...this.#providers.values()];
  }

  /** Adds a provider until the answer is disposed. Throws `ProviderError` of kind `conflict` when its id is taken. */
  register(provider: FunctionProvider): Disposable {
    if (this.#providers.has(provider.id)) {
      throw new ProviderError('conflict', `A provider "${provider.id}" is registered already; choose another id.`);
    }
    this.#providers.set(provider.id, provider);
    this.#changes.fire({ kind: 'providers' });
    return { dispose: () => this.#unregister(provider) };
  }

  /** Throws `ProviderError` of kind `notFound` when no such provider is registered. */
  provider(id: string): FunctionProvider {
    const provider = this.#providers.get(id);
    if (!provider) {
      throw new ProviderError('notFound', `There is no provider "${id}"; install the extension that brings it, or change the target.`);
    }
    return provider;
  }

  /** The provider with the capability for certain. Throws `ProviderError` of kind `unsupported` when it lacks it. */
  able<C extends Capability>(id: string, capability: C): FunctionProvider & Required<Pick<FunctionProvider, C>> {
    const provider = this.provider(id);
    if (supports(provider, capability)) return provider;
    throw new ProviderError('unsupported', `${provider.label} cannot do this ("${capability}"); choose a function of another provider.`);
  }

  scopes(provider: string, options: CallOptions): Promise<readonly Scope[]> {
    return this.provider(provider).scopes(options);
  }

  list(provider: string, scope: Scope, options: CallOptions): AsyncIterable<ListPage> {
    return this.provider(provider).list(scope, options);
  }

  /** A function as deployed; `undefined` when there is none, or when its provider cannot tell. */
  async describe(ref: FunctionRef, options: ReadOptions): Promise<FunctionConfig | undefined> {
    return this.provider(ref.provider).config?.read(ref, options);
  }

  /** Creates or updates. Throws `ProviderError` of kind `conflict` while another deploy of the same function runs here. */
  deploy(request: DeployRequest, options: DeployOptions): Promise<CloudFunction> {
    const provider = this.able(request.ref.provider, 'deploy');
    return this.#place(request.ref, () => provider.deploy(request, options));
  }

  /** Has the function run from its source folder. Throws as `deploy` does. */
  link(request: LinkRequest, options: DeployOptions): Promise<CloudFunction> {
    const { live } = this.able(request.ref.provider, 'live');
    return this.#place(request.ref, () => live.link(request, options));
  }

  async #place(ref: FunctionRef, work: () => Promise<CloudFunction>): Promise<CloudFunction> {
    const key = `${ref.provider}\n${ref.scope}\n${ref.name}`;
    if (this.#deploying.has(key)) {
      throw new ProviderError('conflict', `${ref.name} is being deployed already; wait for that deploy or cancel it.`);
    }
    this.#deploying.add(key);
    try {
      return await work();
    } finally {
      this.#deploying.delete(key);
      // After a failure too: some steps may have been done.
      this.#changes.fire({ kind: 'deployed', ref });
    }
  }

  async remove(ref: FunctionRef, options: CallOptions): Promise<void> {
    await this.able(ref.provider, 'remove').remove(ref, options);
    this.#changes.fire({ kind: 'removed', ref });
  }

  async invoke(ref: FunctionRef, request: InvokeRequest, options: CallOptions): Promise<InvokeResult> {
    const result = await this.able(ref.provider, 'invoke').invoke(ref, request, options);
    this.#changes.fire({ kind: 'invoked', ref, request, result });
    return result;
  }

  tail(ref: FunctionRef, since: Date, options: TailOptions): AsyncIterable<readonly LogEvent[]> {
    return this.able(ref.provider, 'tail').tail(ref, since, options);
  }

  triggers(ref: FunctionRef, options: CallOptions): Promise<readonly Trigger[]> {
    return this.able(ref.provider, 'triggers').triggers.list(ref, options);
  }

  /** Adds, removes or switches a trigger, as `change` does it. */
  async changeTriggers<T>(ref: FunctionRef, change: (triggers: Required<TriggersFacet>) => Promise<T>): Promise<T> {
    const { label, triggers } = this.able(ref.provider, 'triggers');
    if (!canChange(triggers)) throw new ProviderError('unsupported', `Triggers of ${label} cannot be changed from here; use its own console.`);
    try {
      return await change(triggers);
    } finally {
      // After a failure too: the change may have been made.
      this.#changes.fire({ kind: 'triggers', ref });
    }
  }

  #unregister(provider: FunctionProvider): void {
    if (this.#providers.get(provider.id) !== provider) return;
    this.#providers.delete(provider.id);
    this.#changes.fire({ kind: 'providers' });
  }
}

function canChange(triggers: TriggersFacet): triggers is Required<TriggersFacet> {
  return (['kinds', 'add', 'remove', 'enable'] as const).every((member) => triggers[member] !== undefined);
}
