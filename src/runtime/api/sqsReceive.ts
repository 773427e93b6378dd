import type { Message, MessageContent } from '../store/queueMessage';
import type { Received } from '../store/queueMessages';
import { keepsOrder, queueAccount, queueSetting, type Queue } from '../store/queues';
import type { Input } from './call';
import { md5, md5OfAttributes } from './sqsDigest';
import { invalidHandle, invalidValue, missing } from './sqsErrors';
import { entriesIn, numberIn, queueOf, textIn, textsIn, type SqsCall } from './sqsInput';
import { batch, sequenceNumber } from './sqsSend';

const maxInvisible = 43_200;

export async function receiveMessage(at: SqsCall): Promise<object> {
  const { call, input, world } = at;
  const signal = call.signal();
  const queue = queueOf(at);
  const most = numberIn(input, 'MaxNumberOfMessages', [1, 10], 'Must be between 1 and 10, if provided.') ?? 1;
  const invisible = numberIn(input, 'VisibilityTimeout', [0, maxInvisible], 'Must be >= 0 and <= 43200, if provided.');
  const seconds = numberIn(input, 'WaitTimeSeconds', [0, 20], 'Must be >= 0 and <= 20, if provided.') ?? queueSetting(queue.record, 'ReceiveMessageWaitTimeSeconds');
  const until = Date.now() + seconds * 1000;
  for (;;) {
    // A message that nobody takes would be lost to the others for its time.
    if (signal.aborted) return {};
    const received = await world.queues.receive(queue, most, invisible);
    if (received.length) return { Messages: received.map((one) => shape(one, input, queue)) };
    if (Date.now() >= until) return {};
    await queue.messages.wait(1, until, signal);
  }
}

function shape(received: Received, input: Input, queue: Queue): object {
  const { content, handle } = received;
  const asked = [...textsIn(input, 'AttributeNames'), ...textsIn(input, 'MessageSystemAttributeNames')];
  const system = Object.entries(systemAttributes(received, queue)).filter(([name]) => asked.includes('All') || asked.includes(name));
  const own = wanted(content, textsIn(input, 'MessageAttributeNames'));
  return {
    MessageId: content.id,
    ReceiptHandle: handle,
    MD5OfBody: md5(content.body),
    Body: content.body,
    ...(system.length ? { Attributes: Object.fromEntries(system) } : {}),
    ...(own ? { MessageAttributes: own, MD5OfMessageAttributes: md5OfAttributes(own) } : {}),
  };
}

/** What the API tells of a message beside its own attributes. */
export function systemAttributes({ content, first, receives }: Received, { record }: Pick<Queue, 'record'>): Record<string, string> {
  return {
    SenderId: queueAccount,
    SentTimestamp: String(content.sent),
    ApproximateReceiveCount: String((content.receivesBefore ?? 0) + receives),
    ApproximateFirstReceiveTimestamp: String(first),
    ...(keepsOrder(record) ? { SequenceNumber: sequenceNumber(content.order) } : {}),
    ...(content.group === undefined ? {} : { MessageGroupId: content.group }),
    ...(content.sameAs === undefined ? {} : { MessageDeduplicationId: content.sameAs.split('\n').at(-1) }),
    ...(content.trace === undefined ? {} : { AWSTraceHeader: content.trace }),
    ...(content.from === undefined ? {} : { DeadLetterQueueSourceArn: content.from }),
  };
}

// `foo.*` stands for all whose names begin with `foo`.
function wanted({ attributes }: MessageContent, asked: readonly string[]): MessageContent['attributes'] {
  const fits = (name: string) => asked.some((one) => one === 'All' || one === '*' || one === name || (one.endsWith('.*') && name.startsWith(one.slice(0, -2))));
  const found = Object.entries(attributes ?? {}).filter(([name]) => fits(name));
  return found.length ? Object.fromEntries(found) : undefined;
}

export async function deleteMessage(at: SqsCall): Promise<object> {
  return deleteOne(queueOf(at), at.input);
}

export async function deleteMessageBatch(at: SqsCall): Promise<object> {
  const queue = queueOf(at);
  return batch(entriesIn(at.input), (entry) => deleteOne(queue, entry));
}

async function deleteOne(queue: Queue, input: Input): Promise<object> {
  const { id, handle, message } = received(queue, input);
  const isStale = message !== undefined && (message.visibleAt <= Date.now() || (message.handle ?? handle) !== handle);
  if (isStale && keepsOrder(queue.record)) throw invalidValue(handle, 'ReceiptHandle', 'The receipt handle has expired.');
  await queue.messages.delete(id);
  return {};
}

export async function changeMessageVisibility(at: SqsCall): Promise<object> {
  return changeOne(queueOf(at), at.input);
}

export async function changeMessageVisibilityBatch(at: SqsCall): Promise<object> {
  const queue = queueOf(at);
  return batch(entriesIn(at.input), (entry) => changeOne(queue, entry));
}

async function changeOne(queue: Queue, input: Input): Promise<object> {
  const seconds = numberIn(input, 'VisibilityTimeout', [0, maxInvisible], 'Must be between 0 and 43200.');
  const { handle, message } = received(queue, input);
  if (seconds === undefined) throw missing('VisibilityTimeout');
  if (!message) throw invalidValue(handle, 'ReceiptHandle', 'Message does not exist or is not available for visibility timeout change.');
  await queue.messages.setVisible(message, seconds * 1000);
  return {};
}

function received(queue: Queue, input: Input): { readonly id: string; readonly handle: string; readonly message?: Message } {
  const handle = textIn(input, 'ReceiptHandle');
  if (!handle) throw missing('ReceiptHandle');
  const [, id] = /^([0-9a-f-]{36})\/[0-9a-f-]{36}$/.exec(Buffer.from(handle, 'base64').toString()) ?? [];
  if (id === undefined) throw invalidHandle(handle);
  return { id, handle, message: queue.messages.get(id) };
}
