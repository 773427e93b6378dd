import { type ActionNode, errorRow, type FunctionNode, type TreeNode, type TriggerNode, type TriggersNode } from './functionNodes';
import { Loader } from './loader';
import { type FunctionRef, refKey, type Trigger } from '../provider';
import type { TreeWorld } from './treeWorld';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface Known {
  readonly loader: Loader<readonly Trigger[]>;
  node?: Mutable<TriggersNode>;
}

/** What calls the functions of a scope, made into rows: one row below each function, and below that one for each trigger. */
export class TriggerBranch {
  readonly #world: TreeWorld;
  readonly #known = new Map<string, Known>();

  constructor(world: TreeWorld) {
    this.#world = world;
  }

  /** Resolves once the triggers of a function are known, or could not be read; at once where its provider tells of none. */
  async load(ref: FunctionRef): Promise<void> {
    if (this.#world.canTrigger(ref.provider)) await this.#of(ref).loader.load();
  }

  /** The row that holds a function's triggers, as they were read last. */
  group(row: FunctionNode): readonly TriggersNode[] {
    if (!this.#world.canTrigger(row.ref.provider)) return [];
    const known = this.#of(row.ref);
    const { value: triggers = [] } = known.loader;
    const facts = { count: triggers.length, on: triggers.filter(({ enabled }) => enabled).length };
    known.node = Object.assign(known.node ?? ({ kind: 'triggers', id: `${row.id}#triggers`, parent: row, ref: row.ref } as Mutable<TriggersNode>), facts);
    return [known.node];
  }

  children(node: TriggersNode): readonly TreeNode[] | Promise<readonly TreeNode[]> {
    const { loader } = this.#of(node.ref);
    return loader.ready ? this.#rows(node, loader) : loader.load().then(() => this.#rows(node, loader));
  }

  /** Reads a function's triggers again and answers with the row to draw anew, if it was ever shown and is not the same. */
  async reload(ref: FunctionRef): Promise<TriggersNode | undefined> {
    const { loader, node } = this.#of(ref);
    const before = JSON.stringify(loader.value);
    await loader.reload();
    // A row that is drawn anew loses the click that is on its way to it.
    const isSame = loader.error === undefined && before === JSON.stringify(loader.value);
    return node && !isSame ? this.group(node.parent)[0] : undefined;
  }

  forget(): void {
    for (const { loader } of this.#known.values()) loader.forget();
  }

  stop(): void {
    for (const { loader } of this.#known.values()) loader.stop();
  }

  #of(ref: FunctionRef): Known {
    const key = refKey(ref);
    const known = this.#known.get(key) ?? { loader: new Loader((options) => this.#world.service.triggers(ref, options)) };
    this.#known.set(key, known);
    return known;
  }

  #rows(parent: TriggersNode, { value = [], error }: Loader<readonly Trigger[]>): readonly TreeNode[] {
    const rows = value.map((trigger): TriggerNode => ({ kind: 'trigger', id: `${parent.id}/${encodeURIComponent(trigger.id)}`, parent, ref: parent.ref, trigger }));
    const add: ActionNode = { kind: 'action', id: `${parent.id}#add`, parent, action: 'addTrigger' };
    return [...errorRow(parent, error), ...rows, ...(this.#world.canAddTrigger(parent.ref.provider) ? [add] : [])];
  }
}
