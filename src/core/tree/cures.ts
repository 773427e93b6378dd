import { isProviderError } from '../errors';
import type { ActionNode, CureNode, ErrorNode } from './functionNodes';

/** The rows below an error: what helps in words, if the error says so, then what can be clicked. */
export function cures(node: ErrorNode, isConfigurable: boolean): readonly (CureNode | ActionNode)[] {
  const isAboutPlace = isProviderError(node.error) && ['auth', 'denied', 'invalid', 'network', 'notFound'].includes(node.error.kind);
  const canSignIn = isProviderError(node.error) && node.error.signIn !== undefined;
  const actions = [...(canSignIn ? ['signIn' as const] : []), 'retry' as const, ...(isAboutPlace && isConfigurable ? ['configure' as const] : [])];
  const rows = actions.map((action): ActionNode => ({ kind: 'action', id: `${node.id}#${action}`, parent: node, action }));
  const text = cureOf(node.error);
  return text ? [{ kind: 'cure', id: `${node.id}#cure`, parent: node, text }, ...rows] : rows;
}

// Sentences read "what is wrong; what to do about it".
function cureOf(error: unknown): string {
  if (!isProviderError(error)) return '';
  const [, ...rest] = error.message.split('; ');
  const text = rest.join('; ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
