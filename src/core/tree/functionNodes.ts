import { type CloudFunction, type FunctionRef, type Icon, refKey, type Scope, type Trigger } from '../provider';

/*
 * The rows of the functions tree as plain data: no words, no icons. An id is the same for the same thing, so that
 * selection and expansion survive a refresh.
 */

export interface ProviderNode {
  readonly kind: 'provider';
  readonly id: string;
  readonly provider: string;
  readonly label: string;
  readonly icon?: Icon;
  readonly remote: boolean;
}

export interface ScopeNode {
  readonly kind: 'scope';
  readonly id: string;
  readonly parent: ProviderNode;
  readonly scope: Scope;
  /** Whether it is the only scope of its provider. */
  readonly only: boolean;
}

export interface FunctionNode {
  readonly kind: 'function';
  readonly id: string;
  readonly parent: ScopeNode;
  readonly ref: FunctionRef;
  /** What is known of it; of a pinned function whose page has not come yet only the name. */
  readonly fn: CloudFunction;
  readonly pinned: boolean;
  /** `expected`: pinned, but not listed yet. `gone`: pinned, and the whole list came without it. */
  readonly presence: 'listed' | 'expected' | 'gone';
}

export type DetailName =
  | 'state'
  | 'hint'
  | 'liveFrom'
  | 'place'
  | 'trigger'
  | 'access'
  | 'runtime'
  | 'handler'
  | 'memory'
  | 'timeout'
  | 'cpu'
  | 'concurrency'
  | 'instances'
  | 'code'
  | 'changed'
  | 'architecture'
  | 'description'
  | 'role'
  | 'url'
  | 'resourceName'
  | 'source'
  | 'environment'
  | 'variable'
  | 'secrets'
  | 'secret';

export interface DetailNode {
  readonly kind: 'detail';
  readonly id: string;
  readonly parent: FunctionNode | DetailNode;
  readonly name: DetailName;
  readonly value: string | number | Date;
  /** Why the value is as it is, in the provider's words; of a secret, what it refers to; of a runtime, what runs in its place. */
  readonly reason?: string;
  readonly children?: readonly DetailNode[];
}

/** Holds what calls a function. */
export interface TriggersNode {
  readonly kind: 'triggers';
  readonly id: string;
  readonly parent: FunctionNode;
  readonly ref: FunctionRef;
  /** How many there are, and how many of them are on. */
  readonly count: number;
  readonly on: number;
}

export interface TriggerNode {
  readonly kind: 'trigger';
  readonly id: string;
  readonly parent: TriggersNode;
  readonly ref: FunctionRef;
  readonly trigger: Trigger;
}

/** Tells how a list stands: on its way, empty, without a match for the filter, or waiting to be asked for more. */
export interface StatusNode {
  readonly kind: 'loading' | 'empty' | 'unmatched' | 'more';
  readonly id: string;
  readonly parent: ProviderNode | ScopeNode;
  /** How many functions have come so far. */
  readonly count: number;
}

export interface ErrorNode {
  readonly kind: 'error';
  readonly id: string;
  readonly parent: ProviderNode | ScopeNode | FunctionNode | TriggersNode;
  readonly error: unknown;
  /** Whether most of what was asked for is there all the same. */
  readonly isPartial: boolean;
}

/** A row that does something when it is clicked. */
export interface ActionNode {
  readonly kind: 'action';
  readonly id: string;
  readonly parent: ErrorNode | ProviderNode | ScopeNode | TriggersNode;
  readonly action: 'signIn' | 'retry' | 'configure' | 'newFunction' | 'deploy' | 'addTrigger';
}

/** What the user can do about an error, in words of its own: the error's row is often too narrow for all of it. */
export interface CureNode {
  readonly kind: 'cure';
  readonly id: string;
  readonly parent: ErrorNode;
  readonly text: string;
}

export type TreeNode = ProviderNode | ScopeNode | FunctionNode | DetailNode | TriggersNode | TriggerNode | StatusNode | ErrorNode | CureNode | ActionNode;
/** A row that has rows of its own which are asked for over the network. */
export type BranchNode = ProviderNode | ScopeNode | FunctionNode;

export function providerOf(node: TreeNode): string {
  return node.kind === 'provider' ? node.provider : providerOf(node.parent);
}

export function scopeId(provider: string, scope: string): string {
  return `scope/${encodeURIComponent(provider)}/${encodeURIComponent(scope)}`;
}

export function functionId(ref: FunctionRef): string {
  return `function/${refKey(ref)}`;
}

/** The scope's row at or above this one. */
export function scopeOf(node: TreeNode): ScopeNode | undefined {
  if (node.kind === 'scope') return node;
  return node.kind === 'provider' ? undefined : scopeOf(node.parent);
}

/** The nearest row at or above this one that can be read again. */
export function branchOf(node: TreeNode): BranchNode {
  const isBranch = node.kind === 'provider' || node.kind === 'scope' || node.kind === 'function';
  return isBranch ? node : branchOf(node.parent);
}

/** The row that tells why something could not be read, if so. */
export function errorRow(parent: ErrorNode['parent'], error: unknown, isPartial = false): readonly ErrorNode[] {
  return error === undefined ? [] : [{ kind: 'error', id: `${parent.id}#error`, parent, error, isPartial }];
}
