import type { FunctionRef, Trigger } from '../../core/provider';
import { toNode } from '../functions/nodes';

export interface TriggerRow {
  readonly ref: FunctionRef;
  readonly trigger: Trigger;
}

/** The trigger whose row a command was called on; `undefined` for anything else, since anyone may call. */
export function toTrigger(arg: unknown): TriggerRow | undefined {
  const node = toNode(arg);
  return node?.kind === 'trigger' ? { ref: node.ref, trigger: node.trigger } : undefined;
}
