import * as vscode from 'vscode';
import { type FunctionRef, supports } from '../../core/provider';
import type { FunctionService } from '../../core/service';
import { place } from '../args';
import type { SavedEvents } from '../events';
import { viewIds } from '../ids';
import type { Logs } from '../logs';
import { toSourceItem } from './item';
import { brokenRow, type SourceNode, sourceRow } from './nodes';
import type { Sources } from '../sources';

/** The view of the workspace's source folders, each with its targets and saved events. */
export class SourcesView implements vscode.TreeDataProvider<SourceNode>, vscode.Disposable {
  readonly #service: FunctionService;
  readonly #sources: Sources;
  readonly #events: SavedEvents;
  readonly #logs: Logs;
  readonly #changes = new vscode.EventEmitter<void>();
  readonly #held: vscode.Disposable;
  readonly onDidChangeTreeData = this.#changes.event;
  #rows: readonly SourceNode[] | undefined;

  constructor(service: FunctionService, sources: Sources, events: SavedEvents, logs: Logs) {
    this.#service = service;
    this.#sources = sources;
    this.#events = events;
    this.#logs = logs;
    const changed = (): void => void this.#reread();
    this.#held = vscode.Disposable.from(
      vscode.window.createTreeView(viewIds.sources, { treeDataProvider: this, showCollapseAll: true }),
      sources.onDidChange(changed),
      events.onDidChange(changed),
      logs.onDidChange(() => this.#changes.fire()),
      this.#changes,
    );
  }

  async getChildren(node?: SourceNode): Promise<SourceNode[]> {
    if (node) return node.kind === 'source' ? [...node.children] : [];
    await this.#sources.ready();
    return [...(this.#rows ??= await this.#read())];
  }

  async #read(): Promise<readonly SourceNode[]> {
    const row = async (source: Parameters<typeof sourceRow>[0]): Promise<SourceNode> =>
      sourceRow(source, this.#sources.refs(source), await this.#events.listIn(source));
    const rows = await Promise.all(this.#sources.all().map(row));
    return [...this.#sources.broken().map(brokenRow), ...rows];
  }

  // A row that is drawn anew loses the click that is on its way to it, so what is the same stays.
  async #reread(): Promise<void> {
    if (!this.#rows) return;
    const rows = await this.#read();
    if (JSON.stringify(rows) === JSON.stringify(this.#rows)) return;
    this.#rows = rows;
    this.#changes.fire();
  }

  getTreeItem(node: SourceNode): vscode.TreeItem {
    const ref = node.kind === 'target' ? node.ref : undefined;
    return toSourceItem(node, { words: this.#words(node), place: ref ? place({ service: this.#service }, ref) : '' });
  }

  dispose(): void {
    this.#held.dispose();
  }

  // A folder with several targets has no log of its own to tail: its targets do.
  #words(node: SourceNode): readonly string[] {
    if (node.kind === 'broken') return [];
    const able = node.ref ? this.#able(node.ref) : [];
    // Whatever the folder is deployed to, it can be debugged here.
    const debug = node.kind !== 'target' && this.#service.providers.some((provider) => supports(provider, 'debug')) ? ['debug'] : [];
    if (node.kind === 'event') return [...able.filter((word) => word === 'invoke'), ...debug];
    return ['source', ...able, ...debug];
  }

  #able(ref: FunctionRef): readonly string[] {
    const provider = this.#service.providers.find(({ id }) => id === ref.provider);
    const able = (['invoke', 'tail'] as const).filter((capability) => provider && supports(provider, capability));
    return this.#logs.isTailing(ref) ? [...able, 'tailing'] : able;
  }
}
