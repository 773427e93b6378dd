import { ProviderError } from '../errors';
import { detailNodes } from './functionDetails';
import { FunctionList } from './functionList';
import { type ActionNode, errorRow, type FunctionNode, functionId, type ScopeNode, type StatusNode, type TreeNode } from './functionNodes';
import { comparer, matcher } from './functionOrder';
import { Loader } from './loader';
import { Pace } from './pace';
import { type FunctionConfig, type FunctionRef, isIn, refKey } from '../provider';
import { TriggerBranch } from './triggerBranch';
import type { TreeWorld } from './treeWorld';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** One scope of the tree: its list, made into rows. A function keeps its row object for as long as it is shown. */
export class ScopeBranch {
  readonly list: FunctionList;
  readonly triggers: TriggerBranch;
  readonly #world: TreeWorld;
  readonly #pace = new Pace();
  readonly #loading: Mutable<StatusNode>;
  readonly #details = new Map<string, Loader<FunctionConfig | undefined>>();
  #rows = new Map<string, Mutable<FunctionNode>>();
  #isAwaited = false;

  constructor(
    readonly node: ScopeNode,
    world: TreeWorld,
  ) {
    this.#world = world;
    this.triggers = new TriggerBranch(world);
    this.#loading = { kind: 'loading', id: `${node.id}#loading`, parent: node, count: 0 };
    this.list = new FunctionList({
      read: (options) => world.service.list(node.parent.provider, node.scope, options),
      limit: world.autoLoad,
      changed: () => this.#listChanged(),
    });
  }

  /** The rows of the functions, as soon as there are any; a pinned function need not wait. */
  children(): readonly TreeNode[] | Promise<readonly TreeNode[]> {
    const first = this.list.load();
    const pins = this.#world.arrangement().pins.some((ref) => this.#isMine(ref));
    if (this.list.count > 0 || pins || this.list.complete || this.list.error !== undefined) return this.rows();
    this.#isAwaited = true;
    return first.then(() => {
      this.#isAwaited = false;
      return this.rows();
    });
  }

  /** The rows below a function: what is known of it. */
  details(row: FunctionNode): readonly TreeNode[] | Promise<readonly TreeNode[]> {
    const loader = this.detailsOf(row.ref);
    if (loader.ready) return this.#detailRows(row, loader);
    return Promise.all([loader.load(), this.triggers.load(row.ref)]).then(() => this.#detailRows(row, loader));
  }

  detailsOf(ref: FunctionRef): Loader<FunctionConfig | undefined> {
    const key = refKey(ref);
    const known = this.#details.get(key) ?? new Loader((options) => this.#world.service.describe(ref, options));
    this.#details.set(key, known);
    return known;
  }

  /** Reads the list again; what is known of single functions is asked anew when it is looked at. */
  async reload(): Promise<void> {
    for (const loader of this.#details.values()) loader.forget();
    this.triggers.forget();
    await this.list.reload();
  }

  stop(): void {
    this.list.stop();
    this.triggers.stop();
    for (const loader of this.#details.values()) loader.stop();
  }

  forget(): void {
    this.stop();
    this.list.forget();
    this.#details.clear();
  }

  /** The row of a function as it was shown last. */
  row(ref: FunctionRef): FunctionNode | undefined {
    return this.#rows.get(functionId(ref));
  }

  rows(): readonly TreeNode[] {
    this.#pace.drawn(this.list.count, this.#world.now());
    const functions = this.#functions();
    this.#rows = new Map(functions.map((row) => [row.id, row]));
    return [...errorRow(this.node, this.list.error, this.list.isPartial), ...functions, ...this.#status(functions.length)];
  }

  #functions(): readonly Mutable<FunctionNode>[] {
    const arrangement = this.#world.arrangement();
    const matches = matcher(arrangement.filter);
    const compare = comparer(arrangement.order);
    const pins = arrangement.pins.filter((ref) => this.#isMine(ref));
    const pinned = new Set(pins.map(refKey));
    const absent = pins.filter((ref) => !this.list.get(ref)).map((ref) => ({ ref }));
    const shown = [...this.list.functions, ...absent].filter(matches).sort(compare);
    if (pinned.size === 0) return shown.map((fn) => this.#row(fn, false));
    const isPinned = shown.map(({ ref }) => pinned.has(refKey(ref)));
    const part = (wanted: boolean): Mutable<FunctionNode>[] => shown.filter((_, i) => isPinned[i] === wanted).map((fn) => this.#row(fn, wanted));
    return [...part(true), ...part(false)];
  }

  #row(fn: FunctionNode['fn'], pinned: boolean): Mutable<FunctionNode> {
    const listed = this.list.get(fn.ref) !== undefined;
    const presence = listed ? 'listed' : this.list.complete ? 'gone' : 'expected';
    const id = functionId(fn.ref);
    const known = this.#rows.get(id);
    if (known) return Object.assign(known, { fn, pinned, presence });
    return { kind: 'function', id, parent: this.node, ref: fn.ref, fn, pinned, presence };
  }

  #detailRows(row: FunctionNode, loader: Loader<FunctionConfig | undefined>): readonly TreeNode[] {
    const { value, error } = loader;
    const fn = { ...row.fn, ...value };
    const isGone = loader.ready && !value && error === undefined && this.#world.canDescribe(row.ref.provider);
    const reason = isGone ? new ProviderError('notFound', `${row.ref.name} is not there any more; refresh its scope.`) : error;
    return [...errorRow(row, reason), ...(isGone ? [] : this.triggers.group(row)), ...detailNodes(row, fn, this.#world.sourceOf(row.ref))];
  }

  #status(shown: number): readonly TreeNode[] {
    const { list } = this;
    if (list.paused) return [this.#statusNode('more')];
    if (list.loading && !list.complete) return [this.#progress()];
    if (shown > 0 || list.error !== undefined || !list.complete) return [];
    if (list.count > 0) return [this.#statusNode('unmatched')];
    return [this.#statusNode('empty'), ...this.#offers()];
  }

  #progress(): StatusNode {
    this.#loading.count = Math.max(this.list.count, this.list.progress);
    return this.#loading;
  }

  // A page changes the count; only now and then is it worth drawing every row again.
  #listChanged(): void {
    const { list } = this;
    if (this.#isAwaited) return;
    const isDue = !list.loading || (!list.complete && this.#pace.due(list.count, this.#world.now()));
    this.#world.changed([isDue ? this.node : this.#progress()]);
  }

  #isMine(ref: FunctionRef): boolean {
    return ref.provider === this.node.parent.provider && isIn(ref, this.node.scope);
  }

  #statusNode(kind: StatusNode['kind']): StatusNode {
    return { kind, id: `${this.node.id}#${kind}`, parent: this.node, count: this.list.count };
  }

  #offers(): readonly ActionNode[] {
    if (!this.#world.canDeploy(this.node.parent.provider)) return [];
    const actions = ['newFunction', 'deploy'] as const;
    return actions.map((action) => ({ kind: 'action', id: `${this.node.id}#${action}`, parent: this.node, action }));
  }
}
