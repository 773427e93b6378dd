import type { TreeNode } from '../../core/tree/functionNodes';

/** The row that a menu called a command with; `undefined` for anything else, since anyone may call. */
export function toNode(arg: unknown): TreeNode | undefined {
  if (typeof arg !== 'object' || arg === null || !('kind' in arg) || !('id' in arg)) return undefined;
  return kinds.has(arg.kind as TreeNode['kind']) && typeof arg.id === 'string' ? (arg as TreeNode) : undefined;
}

const kinds: ReadonlySet<TreeNode['kind']> = new Set<TreeNode['kind']>([
  'provider',
  'scope',
  'function',
  'detail',
  'triggers',
  'trigger',
  'loading',
  'empty',
  'unmatched',
  'more',
  'error',
  'cure',
  'action',
]);
