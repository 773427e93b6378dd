import type { ApiCall } from './call';
import { validation } from './errors';

export interface Page<T> {
  readonly page: readonly T[];
  readonly next: { readonly NextMarker?: string };
}

/**
 * The page of a list that `Marker` and `MaxItems` ask for, at most 50. `items` are sorted by `key`; the marker is a key,
 * not a position: what comes or goes between two pages makes nothing appear twice or not at all.
 */
export function paged<T>(call: ApiCall, items: readonly T[], key: (item: T) => string, most = 10_000): Page<T> {
  const size = Math.min(pageSize(call, most), 50);
  const after = Buffer.from(call.query.get('Marker') ?? '', 'base64url').toString();
  const from = after ? firstAfter(items, key, after) : 0;
  const page = items.slice(from, from + size);
  const last = page.at(-1);
  const more = last !== undefined && from + size < items.length;
  return { page, next: more ? { NextMarker: Buffer.from(key(last)).toString('base64url') } : {} };
}

function pageSize(call: ApiCall, most: number): number {
  const text = call.query.get('MaxItems');
  const asked = Number(text ?? 50);
  if (Number.isInteger(asked) && asked >= 1 && asked <= most) return asked;
  throw validation(text, 'maxItems', `Member must have value between 1 and ${most}`);
}

function firstAfter<T>(items: readonly T[], key: (item: T) => string, after: string): number {
  let low = 0;
  for (let high = items.length; low < high; ) {
    const middle = (low + high) >>> 1;
    if (key(items[middle] as T) > after) high = middle;
    else low = middle + 1;
  }
  return low;
}
