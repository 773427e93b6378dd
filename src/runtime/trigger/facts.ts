import path from 'node:path';
import type { Trigger } from '../../core/facets';
import type { TriggerSetting } from '../../core/provider';
import type { World } from '../api/call';
import type { FunctionRecord, UrlRecord } from '../store/records';
import type { Source, TriggerRecord } from '../store/triggers';
import { Refusal } from './refusal';
import { parseSchedule } from './schedule';

const icons: Readonly<Record<Source['kind'], string>> = { http: 'globe', schedule: 'clock', file: 'folder', queue: 'list-ordered' };

/** All that calls a function, as the tree shows it. */
export function triggerFacts(world: World, record: FunctionRecord): readonly Trigger[] {
  const urls = Object.entries(record.urls ?? {}).map(([key, url]) => urlFacts(world, key, url, true));
  const on = new Set(urls.map(({ id }) => id));
  const others = world.triggers.list(record.name).filter(({ id }) => !on.has(id));
  return [...urls, ...others.map((trigger) => recordFacts(world, trigger))];
}

function recordFacts(world: World, trigger: TriggerRecord): Trigger {
  const { id, qualifier, source } = trigger;
  if (source.kind === 'http') return urlFacts(world, source.key, source.url, false);
  const enabled = trigger.enabled;
  const label = `${labelOf(source)}${qualifier === undefined ? '' : ` (${qualifier})`}`;
  return { id, kind: source.kind, label, icon: icons[source.kind], enabled, note: enabled ? world.triggers.note(id) : undefined, setting: settingOf(world, source) };
}

function urlFacts(world: World, key: string, url: UrlRecord, enabled: boolean): Trigger {
  const address = world.urls.address(url.id);
  const note = enabled && address === undefined ? 'It is not served; the log of the local runtime says why.' : undefined;
  const origins = url.cors?.AllowOrigins?.join(', ');
  const setting: TriggerSetting = { kind: 'http', ...(origins ? { origins } : {}) };
  return { id: url.id, kind: 'http', label: `Function URL${key === '$LATEST' ? '' : ` (${key})`}`, icon: icons.http, enabled, note, url: address, setting };
}

function labelOf(source: Exclude<Source, { kind: 'http' }>): string {
  if (source.kind === 'queue') return source.queue;
  if (source.kind === 'file') return `${path.basename(source.folder)}/${source.prefix ?? ''}*${source.suffix ?? ''}`;
  try {
    return parseSchedule(source.expression, source.timezone, 0).label;
  } catch (error) {
    // One that was written by hand; its note says what is wrong.
    if (error instanceof Refusal) return source.expression;
    throw error;
  }
}

function settingOf(world: World, source: Exclude<Source, { kind: 'http' }>): TriggerSetting {
  const texts = Object.entries(source.kind === 'queue' ? queueTexts(world, source) : source).filter(([, value]) => value !== undefined);
  return Object.fromEntries(texts.map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : String(value)])) as TriggerSetting;
}

function queueTexts(world: World, { kind, queue, batchSize, windowSeconds, partial }: Extract<Source, { kind: 'queue' }>): object {
  return { kind, queue, batchSize, window: windowSeconds || undefined, partial: partial ? 'yes' : undefined, maxReceives: world.queues.get(queue)?.record.letterAfter };
}
