import { made } from '../made';
import type { CloudFunction } from '../provider';

export const orders = ['name', 'changed', 'runtime'] as const;
export type Order = (typeof orders)[number];

// One collator for all: making one takes longer than thousands of comparisons.
const collator = made(() => new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' }));

const byName = (a: CloudFunction, b: CloudFunction): number =>
  collator().compare(a.ref.name, b.ref.name) || compareText(a.ref.name, b.ref.name) || compareText(a.ref.qualifier, b.ref.qualifier);

const comparers: Readonly<Record<Order, (a: CloudFunction, b: CloudFunction) => number>> = {
  name: byName,
  changed: (a, b) => (b.updatedAt?.getTime() ?? 0) - (a.updatedAt?.getTime() ?? 0) || byName(a, b),
  runtime: (a, b) => collator().compare(a.runtime ?? '\uffff', b.runtime ?? '\uffff') || byName(a, b),
};

/** Compares two functions for a list: by name, newest change first, or by runtime. Equal only for the same function. */
export function comparer(order: Order): (a: CloudFunction, b: CloudFunction) => number {
  return comparers[order];
}

/** A test for functions whose name or runtime holds every word of the text, in any case; an empty text matches all. */
export function matcher(text: string): (fn: CloudFunction) => boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return (fn) => {
    const subject = `${fn.ref.name} ${fn.runtime ?? ''}`.toLowerCase();
    return words.every((word) => subject.includes(word));
  };
}

function compareText(a = '', b = ''): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
