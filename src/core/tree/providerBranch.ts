import { errorRow, type ProviderNode, scopeId, type ScopeNode, type TreeNode } from './functionNodes';
import { Loader } from './loader';
import { type FunctionProvider, type FunctionRef, isIn, type Scope } from '../provider';
import { ScopeBranch } from './scopeBranch';
import type { TreeWorld } from './treeWorld';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** One provider of the tree: its scopes, made into rows that stay the same objects. */
export class ProviderBranch {
  readonly node: ProviderNode;
  readonly scopes: Loader<readonly Scope[]>;
  readonly #world: TreeWorld;
  readonly #branches = new Map<string, { readonly node: Mutable<ScopeNode>; readonly branch: ScopeBranch }>();

  constructor({ id, label, icon, remote }: FunctionProvider, world: TreeWorld) {
    this.node = { kind: 'provider', id: `provider/${encodeURIComponent(id)}`, provider: id, label, icon, remote: remote ?? false };
    this.scopes = new Loader((options) => world.service.scopes(id, options));
    this.#world = world;
  }

  get branches(): readonly ScopeBranch[] {
    return [...this.#branches.values()].map(({ branch }) => branch);
  }

  /** The branch of a scope's row id. */
  branch(id: string): ScopeBranch | undefined {
    return this.#branches.get(id)?.branch;
  }

  /** The branch of the scope that a function is in. */
  branchFor(ref: FunctionRef): ScopeBranch | undefined {
    return this.branches.find(({ node }) => isIn(ref, node.scope));
  }

  children(): readonly TreeNode[] | Promise<readonly TreeNode[]> {
    if (this.scopes.ready) return this.rows();
    return this.scopes.load().then(() => this.rows());
  }

  rows(): readonly TreeNode[] {
    const scopes = this.scopes.value ?? [];
    const rows = scopes.map((scope) => this.#row(scope, scopes.length === 1));
    const kept = new Set(rows.map(({ id }) => id));
    for (const [id, { branch }] of this.#branches) {
      if (kept.has(id)) continue;
      branch.stop();
      this.#branches.delete(id);
    }
    const nothing = this.scopes.ready && rows.length === 0 && this.scopes.error === undefined;
    return [...errorRow(this.node, this.scopes.error), ...rows, ...(nothing ? this.#empty() : [])];
  }

  stop(): void {
    this.scopes.stop();
    for (const branch of this.branches) branch.stop();
  }

  #row(scope: Scope, only: boolean): ScopeNode {
    const id = scopeId(this.node.provider, scope.id);
    const known = this.#branches.get(id);
    if (known) return Object.assign(known.node, { scope, only });
    const node: ScopeNode = { kind: 'scope', id, parent: this.node, scope, only };
    this.#branches.set(id, { node, branch: new ScopeBranch(node, this.#world) });
    return node;
  }

  #empty(): readonly TreeNode[] {
    const parent = this.node;
    const empty: TreeNode = { kind: 'empty', id: `${parent.id}#empty`, parent, count: 0 };
    if (!this.#world.canConfigure(parent.provider)) return [empty];
    return [empty, { kind: 'action', id: `${parent.id}#configure`, parent, action: 'configure' }];
  }
}
