import type { DetailName, DetailNode, FunctionNode } from './functionNodes';
import type { CloudFunction, FunctionConfig } from '../provider';

/** The rows below a function: what is known of it, in a fixed order, leaving out what the provider did not tell. */
export function detailNodes(parent: FunctionNode, fn: CloudFunction & Partial<FunctionConfig>, source?: string): readonly DetailNode[] {
  const values: readonly (readonly [DetailName, string | number | Date | undefined, string?])[] = [
    ['state', fn.state, fn.stateReason],
    ['description', fn.description || undefined],
    ['runtime', fn.runtime],
    ['handler', fn.handler],
    ['memory', fn.memoryMb],
    ['timeout', fn.timeoutSeconds],
    ['code', fn.codeBytes],
    ['architecture', fn.architecture],
    ['changed', fn.updatedAt],
    ['role', fn.role],
    ['url', fn.url],
    ['resourceName', fn.resourceName],
    ['source', source],
  ];
  const rows = values.flatMap(([name, value, reason]) => (value === undefined ? [] : [detail(parent, name, value, reason)]));
  return [...rows, ...environment(parent, fn.environment)];
}

function detail(parent: FunctionNode, name: DetailName, value: string | number | Date, reason?: string): DetailNode {
  return { kind: 'detail', id: `${parent.id}#${name}`, parent, name, value, reason };
}

// Names only: values may be secrets, and nobody asked to see them on a shared screen.
function environment(parent: FunctionNode, variables: Readonly<Record<string, string>> = {}): readonly DetailNode[] {
  const names = Object.keys(variables).sort();
  if (names.length === 0) return [];
  const children: DetailNode[] = [];
  const row: DetailNode = { ...detail(parent, 'environment', names.length), children };
  for (const name of names) {
    children.push({ kind: 'detail', id: `${row.id}#${encodeURIComponent(name)}`, parent: row, name: 'variable', value: name });
  }
  return [row];
}
