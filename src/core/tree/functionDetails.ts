import type { DetailName, DetailNode, FunctionNode } from './functionNodes';
import type { CloudFunction, FunctionConfig } from '../provider';
import { triggerText } from '../triggerText';

type Known = CloudFunction & Partial<FunctionConfig>;
type Value = string | number | Date | undefined;

/** The rows below a function: what is known of it, in a fixed order, leaving out what the provider did not tell. */
export function detailNodes(parent: FunctionNode, fn: Known, source?: string): readonly DetailNode[] {
  const values: readonly (readonly [DetailName, Value, string?])[] = [
    ['state', fn.state, fn.stateReason],
    ['hint', fn.hint || undefined],
    ['liveFrom', fn.liveFrom],
    ['description', fn.description || undefined],
    ['place', fn.place],
    ['trigger', fn.calledBy ?? (fn.trigger && triggerText(fn.trigger))],
    ['access', fn.access],
    ['runtime', fn.runtime, fn.runsOn],
    ['handler', fn.handler],
    ['memory', fn.memoryMb],
    ['timeout', fn.timeoutSeconds],
    ['cpu', fn.cpu],
    ['concurrency', fn.concurrency],
    ['instances', instances(fn)],
    ['code', fn.codeBytes],
    ['architecture', fn.architecture],
    ['changed', fn.updatedAt],
    ['role', fn.role],
    ['url', fn.url],
    ['resourceName', fn.resourceName],
    ['source', source],
  ];
  const rows = values.flatMap(([name, value, reason]) => (value === undefined ? [] : [detail(parent, name, value, reason)]));
  return [...rows, ...environment(parent, fn.environment), ...secrets(parent, fn.secrets)];
}

/** `0–100`, with what is not known left open. */
function instances({ minInstances, maxInstances }: Known): string | undefined {
  if (!minInstances && maxInstances === undefined) return undefined;
  return minInstances === maxInstances ? String(minInstances) : `${minInstances ?? 0}–${maxInstances ?? ''}`;
}

function detail(parent: FunctionNode, name: DetailName, value: string | number | Date, reason?: string): DetailNode {
  return { kind: 'detail', id: `${parent.id}#${name}`, parent, name, value, reason };
}

// Names only: values may be secrets, and nobody asked to see them on a shared screen.
function environment(parent: FunctionNode, variables: Readonly<Record<string, string>> = {}): readonly DetailNode[] {
  return group(parent, 'environment', 'variable', Object.keys(variables).map((name) => [name]));
}

// A reference tells where a secret lies, not what it is.
function secrets(parent: FunctionNode, references: Readonly<Record<string, string>> = {}): readonly DetailNode[] {
  return group(parent, 'secrets', 'secret', Object.entries(references));
}

/** One row with how many there are, and below it one for each, by name. */
function group(parent: FunctionNode, name: DetailName, each: DetailName, entries: readonly (readonly [value: string, reason?: string])[]): readonly DetailNode[] {
  if (entries.length === 0) return [];
  const children: DetailNode[] = [];
  const row: DetailNode = { ...detail(parent, name, entries.length), children };
  for (const [value, reason] of [...entries].sort(([a], [b]) => (a < b ? -1 : 1))) {
    children.push({ kind: 'detail', id: `${row.id}#${encodeURIComponent(value)}`, parent: row, name: each, value, reason });
  }
  return [row];
}
