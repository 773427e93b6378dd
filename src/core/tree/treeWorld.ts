import type { TreeNode } from './functionNodes';
import type { Order } from './functionOrder';
import type { FunctionRef } from '../provider';
import type { FunctionReader } from '../service';

/** How the user wants the functions to be shown. */
export interface Arrangement {
  readonly filter: string;
  readonly order: Order;
  readonly pins: readonly FunctionRef[];
}

/** What the tree asks of the editor around it. */
export interface TreeOptions {
  /** Whether a provider is left out; it is never asked then. */
  readonly isHidden: (provider: string) => boolean;
  readonly arrangement: () => Arrangement;
  /** How many functions of a scope are loaded unasked. */
  readonly autoLoad: () => number;
  /** The source folder that is deployed as this function. */
  readonly sourceOf: (ref: FunctionRef) => string | undefined;
  /** Milliseconds of any steady clock. */
  readonly now: () => number;
}

/** What a branch of the tree needs of the rest. */
export interface TreeWorld extends TreeOptions {
  readonly service: FunctionReader;
  readonly canDeploy: (provider: string) => boolean;
  readonly canDescribe: (provider: string) => boolean;
  readonly canTrigger: (provider: string) => boolean;
  readonly canAddTrigger: (provider: string) => boolean;
  /** Whether the user can change where a provider looks. */
  readonly canConfigure: (provider: string) => boolean;
  /** Tells that rows, or what is below them, are to be drawn again. */
  readonly changed: (nodes: readonly TreeNode[]) => void;
}
