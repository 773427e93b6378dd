import * as vscode from 'vscode';
import { type FunctionNode, providerOf, type TreeNode } from '../core/tree/functionNodes';
import { type Order, orders } from '../core/tree/functionOrder';
import { FunctionTree } from '../core/tree/functionTree';
import { type Capability, type CloudFunction, type FunctionRef, refKey, supports } from '../core/provider';
import type { FunctionService, ServiceChange } from '../core/service';
import { commandIds, contextKeys, viewIds } from './ids';
import type { Logs } from './logs';
import { Pins } from './functions/pins';
import { onSettingsChange, setting } from './settings';
import { SourceIndex } from './sources/sourceIndex';
import type { Sources } from './sources';
import { toTreeItem } from './treeItem';
import { functionTooltip } from './functions/tooltip';

const rowWords: readonly Capability[] = ['deploy', 'configure'];
const menuWords: readonly Capability[] = ['invoke', 'debug', 'tail', 'remove', 'deploy', 'versions', 'config', 'code', 'triggers'];

/** The view of all functions. Asks nothing of anybody before it is seen. */
export class FunctionsView implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  readonly pins: Pins;
  readonly #service: FunctionService;
  readonly #sources: SourceIndex;
  readonly #logs: Logs;
  readonly #memory: vscode.Memento;
  readonly #log: vscode.LogOutputChannel;
  readonly #tree: FunctionTree;
  readonly #view: vscode.TreeView<TreeNode>;
  readonly #changes = new vscode.EventEmitter<TreeNode | TreeNode[] | undefined>();
  readonly #held: vscode.Disposable;
  readonly onDidChangeTreeData = this.#changes.event;
  #filter = '';
  #order: Order;
  #tailing: readonly FunctionRef[] = [];

  constructor(service: FunctionService, sources: Sources, logs: Logs, memory: vscode.Memento, log: vscode.LogOutputChannel) {
    this.#service = service;
    this.#sources = new SourceIndex(sources);
    this.#logs = logs;
    this.#memory = memory;
    this.#log = log;
    this.pins = new Pins(memory);
    this.#order = orders.find((order) => order === memory.get('order')) ?? 'name';
    this.#tree = this.#createTree();
    this.#view = vscode.window.createTreeView(viewIds.functions, { treeDataProvider: this, showCollapseAll: true, manageCheckboxStateManually: true });
    this.#held = vscode.Disposable.from(this.#tree, this.#view, this.#changes, ...this.#listen());
    this.#updateEmpty();
  }

  get filter(): string {
    return this.#filter;
  }

  get order(): Order {
    return this.#order;
  }

  getChildren(node?: TreeNode): TreeNode[] | Promise<TreeNode[]> {
    if (!node) void this.#sources.ready().then(undefined, (error: unknown) => this.#log.error(String(error)));
    const rows = this.#tree.children(node);
    return rows instanceof Promise ? rows.then((all) => [...all]) : [...rows];
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return this.#tree.parent(node);
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    const isTailing = node.kind === 'function' && this.#logs.isTailing(node.ref);
    return toTreeItem(node, { words: this.#words(node), isTailing, now: Date.now() });
  }

  resolveTreeItem(item: vscode.TreeItem, node: TreeNode): vscode.TreeItem {
    if (node.kind === 'function') item.tooltip = functionTooltip(node, this.#sourceOf(node.ref), Date.now());
    return item;
  }

  /** Reads a row again, or everything; what is shown stays until the new rows are there. */
  refresh(node?: TreeNode): Thenable<void> {
    return vscode.window.withProgress({ location: { viewId: viewIds.functions } }, () => this.#tree.refresh(node));
  }

  loadMore(node: TreeNode): void {
    this.#tree.more(node);
  }

  /** Shows only functions whose name or runtime holds all words of the text; an empty text shows all. */
  setFilter(text: string): void {
    this.#filter = text.trim();
    this.#view.description = this.#filter && `“${this.#filter}”`;
    this.#view.message = this.#filter && vscode.l10n.t('Only functions that match “{0}” are shown.', this.#filter);
    void vscode.commands.executeCommand('setContext', contextKeys.filtered, this.#filter !== '');
    this.#tree.rearrange();
  }

  async setOrder(order: Order): Promise<void> {
    this.#order = order;
    this.#tree.rearrange();
    await this.#memory.update('order', order);
  }

  async pin(ref: FunctionRef): Promise<void> {
    const stored = this.pins.add(ref);
    this.#tree.rearrange();
    await stored;
  }

  async unpin(ref: FunctionRef): Promise<void> {
    const stored = this.pins.remove(ref);
    this.#tree.rearrange();
    await stored;
  }

  /** Asks about one function and shows what has become of it. */
  update(ref: FunctionRef): Promise<void> {
    return this.#tree.update(ref, { signal: new AbortController().signal });
  }

  /** Asks what calls a function and shows it. */
  updateTriggers(ref: FunctionRef): Promise<void> {
    return this.#tree.updateTriggers(ref);
  }

  /** Selects the row of a trigger, so that it can be turned on at once. */
  async revealTrigger(ref: FunctionRef, id: string): Promise<void> {
    // The editor finds only what it was told to draw.
    await this.updateTriggers(ref);
    const row = await this.#tree.locateTrigger(ref, id);
    if (row) await this.#view.reveal(row, { select: true, focus: true });
  }

  /** What the tree knows of a function. */
  find(ref: FunctionRef): CloudFunction | undefined {
    return this.#tree.find(ref);
  }

  /** Selects a function's row; does nothing when it is not there, or hidden. */
  async reveal(ref: FunctionRef): Promise<void> {
    const row = await this.#tree.locate(ref, { signal: new AbortController().signal });
    if (row) await this.#view.reveal(row, { select: true, focus: false });
  }

  dispose(): void {
    this.#held.dispose();
  }

  #createTree(): FunctionTree {
    return new FunctionTree(this.#service, {
      isHidden: (provider) => (setting<string[]>('hiddenProviders') ?? []).includes(provider),
      arrangement: () => ({ filter: this.#filter, order: this.#order, pins: this.pins.refs }),
      autoLoad: () => setting<number>('functions.autoLoad') ?? 10_000,
      sourceOf: (ref) => this.#sourceOf(ref),
      now: () => performance.now(),
    });
  }

  #sourceOf(ref: FunctionRef): string | undefined {
    const source = this.#sources.of(ref);
    return source && vscode.workspace.asRelativePath(source.path);
  }

  #listen(): vscode.Disposable[] {
    return [
      this.#sources,
      this.#view.onDidExpandElement(({ element }) => this.#tree.expand(element)),
      this.#view.onDidCollapseElement(({ element }) => this.#tree.collapse(element)),
      this.#view.onDidChangeCheckboxState(({ items }) => items.forEach(([node, state]) => this.#turn(node, state))),
      this.#sources.onDidChange(() => this.#tree.rearrange()),
      this.#logs.onDidChange(() => this.#tailingChanged()),
      onSettingsChange(['hiddenProviders'], () => this.#providersChanged()),
      vscode.workspace.onDidChangeConfiguration((event) => this.#configured(event)),
      vscode.Disposable.from(this.#tree.onDidChange((nodes) => this.#changes.fire(nodes && [...nodes]))),
      vscode.Disposable.from(this.#service.onDidChange((change) => this.#serviceChanged(change))),
    ];
  }

  #serviceChanged(change: ServiceChange): void {
    if (change.kind === 'providers') this.#providersChanged();
    if (change.kind === 'removed') this.#tree.drop(change.ref);
    if (change.kind === 'triggers') void this.updateTriggers(change.ref);
    if (change.kind === 'deployed') void this.#show(change.ref).then(undefined, (error: unknown) => this.#log.warn(String(error)));
  }

  async #show(ref: FunctionRef): Promise<void> {
    await this.update(ref);
    if (this.#view.visible) await this.reveal(ref);
  }

  #providersChanged(): void {
    this.#updateEmpty();
    this.#tree.reset();
  }

  #turn(node: TreeNode, state: vscode.TreeItemCheckboxState): void {
    const command = state === vscode.TreeItemCheckboxState.Checked ? commandIds.turnOnTrigger : commandIds.turnOffTrigger;
    void vscode.commands.executeCommand(command, node);
  }

  // A provider that is told to look elsewhere is asked again, if it is open.
  #configured(event: vscode.ConfigurationChangeEvent): void {
    for (const node of this.#tree.roots()) {
      if (event.affectsConfiguration(`functionDeck.${providerOf(node)}`)) void this.refresh(node);
    }
  }

  #updateEmpty(): void {
    void vscode.commands.executeCommand('setContext', contextKeys.empty, this.#tree.roots().length === 0);
  }

  #tailingChanged(): void {
    const both = [...this.#tailing, ...this.#logs.tailing];
    this.#tailing = [...this.#logs.tailing];
    for (const ref of new Map(both.map((ref) => [refKey(ref), ref])).values()) this.#tree.touch(ref);
  }

  #words(node: TreeNode): readonly string[] {
    if (node.kind === 'function') return this.#functionWords(node);
    if (node.kind !== 'provider' && node.kind !== 'scope' && node.kind !== 'error') return [];
    const provider = this.#service.providers.find(({ id }) => id === providerOf(node));
    const able = rowWords.filter((capability) => provider && supports(provider, capability));
    return [...able, 'refresh'];
  }

  #functionWords({ ref, fn, presence }: FunctionNode): readonly string[] {
    if (presence === 'gone') return [ref.provider, 'refresh'];
    const provider = this.#service.providers.find(({ id }) => id === ref.provider);
    const able = menuWords.filter((capability) => provider && supports(provider, capability) && !fn.cannot?.includes(capability));
    const facts = { source: this.#sources.of(ref), resource: fn.resourceName, console: fn.consoleUrl };
    const known = Object.entries(facts).flatMap(([word, value]) => (value ? [word] : []));
    return [ref.provider, ...able, ...known, 'refresh'];
  }
}
