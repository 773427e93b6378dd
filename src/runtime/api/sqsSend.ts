import { createHash } from 'node:crypto';
import type { AttributeRecord, MessageContent } from '../store/queueMessage';
import { QueueFull } from '../store/queueFull';
import { keepsOrder, queueSetting, type Queue } from '../store/queues';
import type { Input } from './call';
import { ApiError } from './errors';
import { isObject } from './input';
import { md5, md5OfAttributes } from './sqsDigest';
import { invalidContents, invalidParameter, invalidValue, missing, olderName, overLimit } from './sqsErrors';
import { entriesIn, numberIn, queueOf, textIn, type SqsCall } from './sqsInput';

const maxBytes = 1_048_576;

type Draft = Pick<MessageContent, 'body' | 'attributes' | 'trace' | 'group' | 'sameAs'>;

export async function sendMessage(at: SqsCall): Promise<object> {
  const queue = queueOf(at);
  return send(queue, at.input, readDraft(queue, at.input), headerTrace(at));
}

export async function sendMessageBatch(at: SqsCall): Promise<object> {
  const queue = queueOf(at);
  const entries = entriesIn(at.input);
  const bytes = entries.reduce((sum, entry) => sum + sizeOf(textIn(entry, 'MessageBody') ?? '', attributesOf(entry, 'MessageAttributes')), 0);
  if (bytes > maxBytes) throw new ApiError(400, 'BatchRequestTooLong', `Batch requests cannot be longer than ${maxBytes} bytes. You have sent ${bytes} bytes.`);
  if (keepsOrder(queue.record)) for (const entry of entries) checkOrder(queue.record, entry);
  return batch(entries, (entry) => send(queue, entry, readDraft(queue, entry), headerTrace(at)));
}

/** What became of the entries of a batch, each for itself. All begin in their order. */
export async function batch(entries: readonly (Input & { readonly Id: string })[], work: (entry: Input) => Promise<object>): Promise<object> {
  const results = await Promise.all(entries.map((entry) => tryEntry(entry, work)));
  const pick = (isGood: boolean) => results.filter((result) => 'Code' in result !== isGood);
  return { Successful: pick(true), ...(pick(false).length ? { Failed: pick(false) } : {}) };
}

async function tryEntry(entry: Input & { readonly Id: string }, work: (entry: Input) => Promise<object>): Promise<object> {
  try {
    return { Id: entry.Id, ...(await work(entry)) };
  } catch (error) {
    if (error instanceof ApiError) return { Id: entry.Id, SenderFault: true, Code: olderName(error.type), Message: error.message };
    throw error;
  }
}

// What calls belong to a trace say so beside the message.
function headerTrace({ call }: SqsCall): string | undefined {
  const header = call.headers['x-amzn-trace-id'];
  return typeof header === 'string' ? header : undefined;
}

// Of these, one that lacks what it needs fails the whole batch.
function checkOrder(record: Queue['record'], entry: Input): void {
  if (!entry.MessageGroupId) throw invalidParameter('The request must contain the parameter MessageGroupId.');
  if (!entry.MessageDeduplicationId && record.attributes.ContentBasedDeduplication !== 'true') throw noDuplicates();
}

const noDuplicates = () => invalidParameter('The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly');

async function send({ record, messages }: Queue, input: Input, draft: Draft, trace: string | undefined): Promise<object> {
  const delay = numberIn(input, 'DelaySeconds', [0, 900], 'DelaySeconds must be >= 0 and <= 900');
  if (delay && keepsOrder(record)) throw invalidValue(delay, 'DelaySeconds', 'The request include parameter that is not valid for this queue type.');
  // Where order is kept, 0 is no delay of its own.
  const seconds = (keepsOrder(record) ? undefined : delay) ?? queueSetting(record, 'DelaySeconds');
  const { id, order } = await messages.send({ ...draft, trace: draft.trace ?? trace }, seconds * 1000).catch((error: unknown) => {
    throw error instanceof QueueFull ? overLimit(error.message) : error;
  });
  return {
    MessageId: id,
    MD5OfMessageBody: md5(draft.body),
    ...(draft.attributes ? { MD5OfMessageAttributes: md5OfAttributes(draft.attributes) } : {}),
    ...(draft.trace === undefined ? {} : { MD5OfMessageSystemAttributes: md5OfAttributes({ AWSTraceHeader: { DataType: 'String', StringValue: draft.trace } }) }),
    ...(keepsOrder(record) ? { SequenceNumber: sequenceNumber(order) } : {}),
  };
}

export function sequenceNumber(order: number): string {
  return String(order).padStart(20, '0');
}

const unfit = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

function readDraft({ record }: Queue, input: Input): Draft {
  const body = textIn(input, 'MessageBody');
  if (!body) throw missing('MessageBody');
  const bad = unfit.exec(body)?.[0];
  if (bad !== undefined) throw invalidContents(`Invalid binary character '#x${bad.codePointAt(0)?.toString(16)}' was found in the message body, the set of allowed characters is #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF`);
  const attributes = attributesOf(input, 'MessageAttributes');
  const limit = queueSetting(record, 'MaximumMessageSize');
  if (sizeOf(body, attributes) > limit) throw invalidParameter(`One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`);
  const trace = attributesOf(input, 'MessageSystemAttributes')?.AWSTraceHeader?.StringValue;
  return { body, attributes, trace, ...orderOf(record, input, body) };
}

function orderOf(record: Queue['record'], input: Input, body: string): Pick<Draft, 'group' | 'sameAs'> {
  const group = idIn(input, 'MessageGroupId');
  const same = idIn(input, 'MessageDeduplicationId');
  if (!keepsOrder(record)) {
    if (same !== undefined) throw invalidValue(same, 'MessageDeduplicationId', 'The request include parameter that is not valid for this queue type.');
    return { group };
  }
  if (group === undefined) throw missing('MessageGroupId');
  const byContent = record.attributes.ContentBasedDeduplication === 'true' ? createHash('sha256').update(body).digest('hex') : undefined;
  if (same === undefined && byContent === undefined) throw noDuplicates();
  const sameAs = same ?? byContent;
  return { group, sameAs: record.attributes.DeduplicationScope === 'messageGroup' ? `${group}\n${sameAs}` : sameAs };
}

function idIn(input: Input, member: string): string | undefined {
  const id = textIn(input, member);
  if (id === undefined || /^[\w!"#$%&'()*+,\-./:;<=>?@[\\\]^`{|}~]{1,128}$/.test(id)) return id;
  throw invalidValue(id, member, `${member} can only include alphanumeric and punctuation characters. 1 to 128 in length.`);
}

function attributesOf(input: Input, member: string): Readonly<Record<string, AttributeRecord>> | undefined {
  const map = input[member];
  if (map === undefined || map === null) return undefined;
  if (!isObject(map)) throw invalidParameter(`${member} must be an object.`);
  const entries = Object.entries(map).map(([name, value]) => [name, attributeOf(name, value)] as const);
  if (entries.length > 10) throw invalidParameter(`Number of message attributes [${entries.length}] exceeds the allowed maximum [10].`);
  return entries.length ? Object.fromEntries(entries) : undefined;
}

function attributeOf(name: string, value: unknown): AttributeRecord {
  const { DataType, StringValue, BinaryValue } = (isObject(value) ? value : {}) as Partial<Record<keyof AttributeRecord, unknown>>;
  const type = typeof DataType === 'string' ? DataType.split('.')[0] : undefined;
  if (!/^(?!.*\.\.)(?!\.)(?!aws\.|amazon\.)[\p{L}\p{N}_.-]{1,256}(?<!\.)$/iu.test(name)) throw invalidParameter(`The message attribute name '${name}' can only include alphanumeric characters, hyphens, underscores and single periods. 1 to 256 in length.`);
  if (type === undefined || !['String', 'Number', 'Binary'].includes(type)) throw invalidParameter(`The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`);
  const text = type === 'Binary' ? BinaryValue : StringValue;
  if (typeof text !== 'string' || !text) throw invalidParameter(`Message (user) attribute '${name}' must contain a non-empty value of type '${type}'.`);
  if (type !== 'Binary' && unfit.test(text)) throw invalidParameter(`Invalid binary character was found in the message attribute '${name}'.`);
  if (type === 'Number' && !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) throw invalidParameter(`Can't cast the value of message (user) attribute '${name}' to a number.`);
  return { DataType: DataType as string, ...(type === 'Binary' ? { BinaryValue: text } : { StringValue: text }) };
}

function sizeOf(body: string, attributes: Readonly<Record<string, AttributeRecord>> | undefined): number {
  const values = Object.entries(attributes ?? {}).map(([name, { DataType, StringValue = '', BinaryValue = '' }]) => Buffer.byteLength(name + DataType + StringValue) + Buffer.byteLength(BinaryValue, 'base64'));
  return values.reduce((sum, bytes) => sum + bytes, Buffer.byteLength(body));
}
