import type { PartName } from './parts';

/** What the result view's page may ask for. */
export type ResultMessage =
  | { readonly type: 'ready' | 'again' | 'edit' | 'tail' }
  | { readonly type: 'place'; readonly index: number }
  | { readonly type: 'open' | 'save'; readonly part: PartName };

const plain = ['ready', 'again', 'edit', 'tail'] as const;
const parts = ['payload', 'body', 'log'] as const;

/** A message of the page; `undefined` for anything that is none. */
export function toResultMessage(value: unknown): ResultMessage | undefined {
  if (typeof value !== 'object' || value === null || !('type' in value)) return undefined;
  const type = plain.find((one) => one === value.type);
  if (type) return { type };
  if (value.type === 'place' && 'index' in value && isIndex(value.index)) return { type: 'place', index: value.index };
  const part = 'part' in value ? parts.find((one) => one === value.part) : undefined;
  const verb = (['open', 'save'] as const).find((one) => one === value.type);
  return part && verb && { type: verb, part };
}

function isIndex(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0;
}
