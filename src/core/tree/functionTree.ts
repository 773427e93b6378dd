import { cures } from './cures';
import { type Disposable, Emitter } from '../emitter';
import { branchOf, type FunctionNode, providerOf, scopeOf, type TreeNode } from './functionNodes';
import { type CallOptions, type Capability, type CloudFunction, type FunctionProvider, type FunctionRef, supports } from '../provider';
import { ProviderBranch } from './providerBranch';
import type { ScopeBranch } from './scopeBranch';
import type { FunctionReader } from '../service';
import type { TreeOptions, TreeWorld } from './treeWorld';

/**
 * Provider → scope → function → details, as plain rows. Asks a provider for nothing before its row is opened, gives up
 * what is under way when a row is closed, and keeps the rows that are there until better ones have come.
 */
export class FunctionTree implements Disposable {
  readonly #service: FunctionReader;
  readonly #world: TreeWorld;
  readonly #changes = new Emitter<readonly TreeNode[] | undefined>();
  readonly #branches = new Map<string, ProviderBranch>();
  readonly #open = new Set<string>();

  /** Rows whose children or looks changed; `undefined` for the whole tree. */
  readonly onDidChange = this.#changes.event;

  constructor(service: FunctionReader, options: TreeOptions) {
    this.#service = service;
    const can = (capability: Capability) => (id: string): boolean => service.providers.some((each) => each.id === id && supports(each, capability));
    const abilities = { canDeploy: can('deploy'), canDescribe: can('config'), canConfigure: can('configure'), canTrigger: can('triggers') };
    const canAddTrigger = (id: string): boolean => service.providers.some((each) => each.id === id && each.triggers?.kinds !== undefined);
    this.#world = { ...options, ...abilities, canAddTrigger, service, changed: (nodes) => this.#changes.fire(nodes) };
  }

  /** The rows below a row, at once when they are known. */
  children(node?: TreeNode): readonly TreeNode[] | Promise<readonly TreeNode[]> {
    if (!node) return this.roots();
    this.#open.add(node.id);
    switch (node.kind) {
      case 'provider':
        return this.#branches.get(node.provider)?.children() ?? [];
      case 'scope':
        return this.#scope(node)?.children() ?? [];
      case 'function':
        return this.#scope(node)?.details(node) ?? [];
      case 'detail':
        return node.children ?? [];
      case 'triggers':
        return this.#scope(node)?.triggers.children(node) ?? [];
      case 'error':
        return cures(node, this.#world.canConfigure(providerOf(node)));
      default:
        return [];
    }
  }

  /** The rows of the providers that are not hidden. */
  roots(): readonly TreeNode[] {
    return this.#shown().map((provider) => this.#branch(provider).node);
  }

  parent(node: TreeNode): TreeNode | undefined {
    return node.kind === 'provider' ? undefined : node.parent;
  }

  /** Goes on with what `collapse` gave up. */
  expand(node: TreeNode): void {
    this.#open.add(node.id);
    for (const scope of this.#openScopes()) if (scope.node.id === node.id || scope.node.parent.id === node.id) void scope.list.load();
    const loader = this.#loader(node);
    if (loader && !loader.ready && !loader.loading) this.#changes.fire([node]);
  }

  /** Gives up what is under way below a row. */
  collapse(node: TreeNode): void {
    this.#open.delete(node.id);
    if (node.kind === 'provider') this.#branches.get(node.provider)?.stop();
    else if (node.kind === 'scope') this.#scope(node)?.stop();
    else this.#loader(node)?.stop();
  }

  /** Reads again what is open at and below a row, or everywhere; resolves when there is something new to see. */
  async refresh(node?: TreeNode): Promise<void> {
    const target = node && branchOf(node);
    if (target?.kind === 'function') return this.update(target.ref, { signal: new AbortController().signal });
    const all = [...this.#branches.values()];
    const providers = target?.kind === 'scope' ? [] : all.filter((branch) => !target || branch.node.id === target.id);
    const scope = target?.kind === 'scope' ? this.#scope(target) : undefined;
    await Promise.all([...providers.map((branch) => this.#again(branch)), scope?.reload()]);
    this.#changes.fire(target && [target]);
  }

  more(node: TreeNode): void {
    this.#scope(node)?.list.more();
    this.#changes.fire([branchOf(node)]);
  }

  /** Shows every open scope anew, for example after the filter changed. Asks no provider. */
  rearrange(): void {
    const open = this.#openScopes().map(({ node }) => node);
    if (open.length > 0) this.#changes.fire(open);
  }

  /** Shows a function's own row anew. */
  touch(ref: FunctionRef): void {
    const row = this.#scopeOf(ref)?.row(ref);
    if (row) this.#changes.fire([row]);
  }

  find(ref: FunctionRef): CloudFunction | undefined {
    return this.#scopeOf(ref)?.list.get(ref);
  }

  /** Takes out the row of a function that was removed. */
  drop(ref: FunctionRef): void {
    const branch = this.#scopeOf(ref);
    branch?.list.drop(ref);
    if (branch) this.#changes.fire([branch.node]);
  }

  /** Asks what calls a function and shows it. */
  async updateTriggers(ref: FunctionRef): Promise<void> {
    const row = await this.#scopeOf(ref)?.triggers.reload(ref);
    if (row) this.#changes.fire([row]);
  }

  /** Asks about one function and shows what has become of it, without reading its scope's whole list. */
  async update(ref: FunctionRef, options: CallOptions): Promise<void> {
    const branch = this.#scopeOf(ref);
    if (!branch) return;
    if (!this.#world.canDescribe(ref.provider)) return branch.reload();
    const details = branch.detailsOf(ref);
    await details.reload();
    if (options.signal.aborted) return;
    if (details.value) branch.list.put(details.value);
    else if (details.error === undefined) branch.list.drop(ref);
    this.#changes.fire([branch.node]);
  }

  /** The row of a function, asked for if need be; `undefined` when there is none, or when it is not shown. */
  async locate(ref: FunctionRef, options: CallOptions): Promise<FunctionNode | undefined> {
    const provider = this.#shown().find(({ id }) => id === ref.provider);
    if (!provider) return undefined;
    await this.#branch(provider).children();
    const branch = this.#scopeOf(ref);
    if (branch && !branch.list.get(ref)) await this.update(ref, options);
    branch?.rows();
    return branch?.row(ref);
  }

  /** The row of a trigger, asked for if need be. */
  async locateTrigger(ref: FunctionRef, id: string): Promise<TreeNode | undefined> {
    const row = await this.locate(ref, { signal: new AbortController().signal });
    const triggers = row && (await this.children(row)).find(({ kind }) => kind === 'triggers');
    const rows = triggers && (await this.children(triggers));
    return rows?.find((node) => node.kind === 'trigger' && node.trigger.id === id);
  }

  /** Lets go of the providers that are not shown any more, and shows the whole tree anew. */
  reset(): void {
    const shown = this.#shown();
    for (const [id, branch] of this.#branches) {
      if (shown.some((provider) => provider.id === id)) continue;
      branch.stop();
      this.#branches.delete(id);
    }
    this.#changes.fire(undefined);
  }

  dispose(): void {
    for (const branch of this.#branches.values()) branch.stop();
  }

  #shown(): readonly FunctionProvider[] {
    return this.#service.providers.filter(({ id }) => !this.#world.isHidden(id));
  }

  #branch(provider: FunctionProvider): ProviderBranch {
    const known = this.#branches.get(provider.id) ?? new ProviderBranch(provider, this.#world);
    this.#branches.set(provider.id, known);
    return known;
  }

  #scope(node: TreeNode): ScopeBranch | undefined {
    return this.#branches.get(providerOf(node))?.branch(scopeOf(node)?.id ?? '');
  }

  #scopeOf(ref: FunctionRef): ScopeBranch | undefined {
    return this.#branches.get(ref.provider)?.branchFor(ref);
  }

  #openScopes(): readonly ScopeBranch[] {
    return [...this.#branches.values()].flatMap(({ branches }) => branches).filter(({ node }) => this.#open.has(node.id));
  }

  #loader(node: TreeNode): { readonly ready: boolean; readonly loading: boolean; stop(): void } | undefined {
    if (node.kind === 'provider') return this.#branches.get(node.provider)?.scopes;
    return node.kind === 'function' ? this.#scope(node)?.detailsOf(node.ref) : undefined;
  }

  // What nobody looks at is only marked as old.
  async #again(branch: ProviderBranch): Promise<void> {
    for (const scope of branch.branches) if (!this.#open.has(scope.node.id)) scope.forget();
    if (!this.#open.has(branch.node.id)) return branch.scopes.forget();
    const open = branch.branches.filter(({ node }) => this.#open.has(node.id));
    await Promise.all([branch.scopes.reload(), ...open.map((each) => each.reload())]);
  }
}
