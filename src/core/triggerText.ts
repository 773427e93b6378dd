import type { TriggerSetting } from './provider';

/** The kind of a trigger with its options, by name: `storage (bucket: photos, event: finalized)`. */
export function triggerText({ kind, ...options }: TriggerSetting): string {
  const texts = Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}: ${value}`);
  return texts.length === 0 ? kind : `${kind} (${texts.join(', ')})`;
}
