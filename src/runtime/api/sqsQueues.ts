import { keepsOrder, queueArn, queueFormat, type Queue, type QueueRecord } from '../store/queues';
import { ApiError } from './errors';
import { changedAttributes, shownAttributes } from './sqsAttributes';
import { invalidParameter, invalidValue, missing, noSuchQueue } from './sqsErrors';
import { mapIn, numberIn, queueOf, queueUrl, textIn, textsIn, type SqsCall } from './sqsInput';

const purgeMs = 60_000;

export async function createQueue(at: SqsCall): Promise<object> {
  const { call, input, world } = at;
  const name = textIn(input, 'QueueName');
  if (!name) throw missing('QueueName');
  const asked = mapIn(input, 'Attributes');
  checkName(name, asked.FifoQueue?.toLowerCase() === 'true');
  const before = world.queues.get(name);
  const attributes = changedAttributes(world, { name, attributes: {} }, asked);
  if (before) checkSame(before, asked);
  const now = Date.now();
  const tags = mapIn(input, 'tags');
  const record: QueueRecord = { format: queueFormat, name, region: call.region, created: now, changed: now, attributes, ...(Object.keys(tags).length ? { tags } : {}) };
  if (!before) await world.queues.create(record);
  return { QueueUrl: queueUrl(call, name) };
}

function checkName(name: string, isFifo: boolean): void {
  if (isFifo ? !/^[\w-]{1,75}\.fifo$/.test(name) : !/^[\w-]{1,80}$/.test(name)) {
    throw invalidParameter(isFifo ? 'The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.' : 'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length');
  }
}

function checkSame(before: Queue, asked: Readonly<Record<string, string>>): void {
  const now = shownAttributes(before, ['All']);
  const other = Object.entries(asked).find(([name, value]) => now[name]?.toLowerCase() !== value.toLowerCase());
  if (other) throw new ApiError(400, 'QueueNameExists', `A queue already exists with the same name and a different value for attribute ${other[0]}`);
}

export async function getQueueUrl({ call, input, world }: SqsCall): Promise<object> {
  const name = textIn(input, 'QueueName');
  if (!name) throw missing('QueueName');
  if (!world.queues.get(name)) throw noSuchQueue();
  return { QueueUrl: queueUrl(call, name) };
}

export async function listQueues({ call, input, world }: SqsCall): Promise<object> {
  const prefix = textIn(input, 'QueueNamePrefix') ?? '';
  const after = Buffer.from(textIn(input, 'NextToken') ?? '', 'base64url').toString();
  const asked = numberIn(input, 'MaxResults', [1, 1000], 'MaxResults must be an integer between 1 and 1000');
  return page(world.queues.list().map(({ record }) => record.name).filter((name) => name.startsWith(prefix) && name > after), asked, (name) => queueUrl(call, name), 'QueueUrls');
}

export async function listDeadLetterSourceQueues(at: SqsCall): Promise<object> {
  const arn = queueArn(queueOf(at).record);
  const sources = at.world.queues.list().filter(({ record }) => record.attributes.RedrivePolicy?.includes(`"${arn}"`));
  return page(sources.map(({ record }) => record.name), undefined, (name) => queueUrl(at.call, name), 'queueUrls');
}

function page(names: readonly string[], asked: number | undefined, show: (name: string) => string, member: string): object {
  const shown = names.slice(0, asked ?? 1000);
  const last = shown.at(-1);
  // Without a number AWS tells of no further page.
  const next = asked !== undefined && last !== undefined && shown.length < names.length ? { NextToken: Buffer.from(last).toString('base64url') } : {};
  return { ...(shown.length ? { [member]: shown.map(show) } : {}), ...next };
}

export async function deleteQueue(at: SqsCall): Promise<object> {
  await at.world.queues.remove(queueOf(at).record.name);
  return {};
}

export async function getQueueAttributes(at: SqsCall): Promise<object> {
  const Attributes = shownAttributes(queueOf(at), textsIn(at.input, 'AttributeNames'));
  return Object.keys(Attributes).length ? { Attributes } : {};
}

export async function setQueueAttributes(at: SqsCall): Promise<object> {
  const queue = queueOf(at);
  const asked = mapIn(at.input, 'Attributes');
  if (keepsOrder(queue.record) && asked.FifoQueue !== undefined && asked.FifoQueue.toLowerCase() !== 'true') throw new ApiError(400, 'InvalidAttributeValue', 'Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.');
  const attributes = changedAttributes(at.world, queue.record, asked);
  await at.world.queues.save(queue, { ...queue.record, attributes, changed: Date.now() });
  return {};
}

export async function purgeQueue(at: SqsCall): Promise<object> {
  const queue = queueOf(at);
  if (queue.purged !== undefined && Date.now() - queue.purged < purgeMs) throw new ApiError(403, 'PurgeQueueInProgress', `Only one PurgeQueue operation on ${queue.record.name} is allowed every 60 seconds.`);
  queue.purged = Date.now();
  await queue.messages.expire(Infinity);
  return {};
}

export async function listQueueTags(at: SqsCall): Promise<object> {
  const { tags } = queueOf(at).record;
  return tags ? { Tags: tags } : {};
}

export async function tagQueue(at: SqsCall): Promise<object> {
  const queue = queueOf(at);
  const tags = { ...queue.record.tags, ...mapIn(at.input, 'Tags') };
  if (Object.keys(tags).length > 50) throw invalidValue(Object.keys(tags).length, 'Tags', 'A queue has at most 50 tags.');
  await at.world.queues.save(queue, { ...queue.record, tags });
  return {};
}

export async function untagQueue(at: SqsCall): Promise<object> {
  const queue = queueOf(at);
  const gone = textsIn(at.input, 'TagKeys');
  const rest = Object.entries(queue.record.tags ?? {}).filter(([name]) => !gone.includes(name));
  await at.world.queues.save(queue, { ...queue.record, tags: rest.length ? Object.fromEntries(rest) : undefined });
  return {};
}
