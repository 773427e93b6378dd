import type { World } from '../api/call';
import { newUrl, turnUrlOff, turnUrlOn } from '../api/urlConfig';
import type { FunctionRecord } from '../store/records';
import { queueArn, queueFormat, queueSetting, type Queue } from '../store/queues';
import { newTrigger, type QueueSource, type Source, type TriggerRecord } from '../store/triggers';
import { fileSource, queueOptions, readOptions, scheduleSource, type Options, type QueueOptions } from './options';
import { Refusal } from './refusal';

/** Adds a trigger as it is typed, turned off; resolves with its id. Throws `Refusal`. */
export async function addTrigger(world: World, record: FunctionRecord, input: unknown): Promise<string> {
  const { kind, options } = readOptions(input);
  const source = await sourceOf(world, record, kind, options);
  const trigger = newTrigger(record.name, source);
  await world.triggers.put(trigger);
  return trigger.id;
}

async function sourceOf(world: World, record: FunctionRecord, kind: string, options: Options): Promise<Source> {
  if (kind === 'schedule') return scheduleSource(options);
  if (kind === 'file') return fileSource(options, world.triggers.data);
  if (kind === 'queue') return queueSource(world, record, queueOptions(options));
  const origins = options.origins?.split(/[ ,]+/).filter(Boolean);
  return { kind: 'http', key: '$LATEST', url: newUrl('NONE', origins?.length ? { AllowOrigins: origins, AllowMethods: ['*'], AllowHeaders: ['*'] } : undefined) };
}

// A queue that is not there yet is made for it.
async function queueSource(world: World, record: FunctionRecord, { queue: name, source, maxReceives }: QueueOptions): Promise<QueueSource> {
  const twin = world.triggers.list(record.name).find((one) => one.source.kind === 'queue' && one.source.queue === name && one.qualifier === undefined);
  if (twin) throw new Refusal(`The queue ${name} calls ${record.name} already; change or remove that trigger.`, 409);
  const queue = world.queues.get(name) ?? (await makeQueue(world, record, name));
  const seconds = queueSetting(queue.record, 'VisibilityTimeout');
  if (seconds < record.latest.timeout) throw new Refusal(`The queue ${name} shows a message again after ${seconds} s, but ${record.name} may run for ${record.latest.timeout} s; set a longer VisibilityTimeout, or a shorter timeout.`, 409);
  if (maxReceives !== undefined && queue.record.letterAfter !== maxReceives) await world.queues.save(queue, { ...queue.record, letterAfter: maxReceives });
  return { kind: 'queue', queue: name, arn: queueArn(queue.record), ...source };
}

async function makeQueue(world: World, { latest, region }: FunctionRecord, name: string): Promise<Queue> {
  const now = Date.now();
  const attributes = {
    ...(latest.timeout > 30 && { VisibilityTimeout: String(latest.timeout) }),
    ...(name.endsWith('.fifo') && { FifoQueue: 'true', ContentBasedDeduplication: 'true' }),
  };
  return world.queues.create({ format: queueFormat, name, region, created: now, changed: now, attributes });
}

/** Turns a trigger on or off; throws `Refusal`. */
export async function turnTrigger(world: World, record: FunctionRecord, id: string, isOn: boolean): Promise<void> {
  const [key, url] = Object.entries(record.urls ?? {}).find(([, one]) => one.id === id) ?? [];
  if (url && key !== undefined) {
    if (isOn) return;
    await world.triggers.put(newTrigger(record.name, { kind: 'http', key, url }));
    return turnUrlOff(world, record.name, key);
  }
  const trigger = triggerOf(world, record, id);
  if (trigger.source.kind !== 'http') return trigger.enabled === isOn ? undefined : world.triggers.put({ ...trigger, enabled: isOn, changed: Date.now() });
  if (!isOn) return;
  if (!(await turnUrlOn(world, record.name, trigger.source.key, trigger.source.url))) throw new Refusal(`${record.name} has another function URL, or what this one calls is gone; remove one of them first.`, 409);
  await world.triggers.remove(id);
}

/** Takes a trigger away; throws `Refusal`. */
export async function removeTrigger(world: World, record: FunctionRecord, id: string): Promise<void> {
  const [key] = Object.entries(record.urls ?? {}).find(([, one]) => one.id === id) ?? [];
  if (key !== undefined) await turnUrlOff(world, record.name, key);
  else await world.triggers.remove(triggerOf(world, record, id).id);
}

function triggerOf(world: World, record: FunctionRecord, id: string): TriggerRecord {
  const trigger = world.triggers.get(id);
  if (trigger?.name === record.name) return trigger;
  throw new Refusal(`${record.name} has no such trigger any more; refresh the list.`, 404);
}
