import { keepsOrder, queueArn, queueDefaults, type Queue, type QueueRecord } from '../store/queues';
import type { World } from './call';
import { invalidAttributeName, invalidAttributeValue, invalidValue } from './sqsErrors';
import { ApiError } from './errors';

type Attributes = Readonly<Record<string, string>>;

const bounds: Readonly<Record<string, readonly [from: number, to: number]>> = {
  DelaySeconds: [0, 900],
  KmsDataKeyReusePeriodSeconds: [60, 86_400],
  MaximumMessageSize: [1024, 1_048_576],
  MessageRetentionPeriod: [60, 1_209_600],
  ReceiveMessageWaitTimeSeconds: [0, 20],
  VisibilityTimeout: [0, 43_200],
};

const choices: Readonly<Record<string, readonly string[]>> = {
  ContentBasedDeduplication: ['true', 'false'],
  DeduplicationScope: ['queue', 'messageGroup'],
  FifoQueue: ['true', 'false'],
  FifoThroughputLimit: ['perQueue', 'perMessageGroupId'],
  SqsManagedSseEnabled: ['true', 'false'],
};

const kept = new Set(['KmsMasterKeyId', 'Policy', 'RedriveAllowPolicy', 'RedrivePolicy']);
const ofFifo = new Set(['ContentBasedDeduplication', 'DeduplicationScope', 'FifoQueue', 'FifoThroughputLimit']);

/** The attributes of a queue after a change; an empty policy takes it away. */
export function changedAttributes(world: World, record: Pick<QueueRecord, 'name' | 'attributes'>, change: Attributes): Attributes {
  for (const [name, value] of Object.entries(change)) check(record, name, plain(value));
  if (change.RedrivePolicy) checkRedrive(world, record, change.RedrivePolicy);
  const all = Object.entries({ ...record.attributes, ...change }).map(([name, value]) => [name, choices[name] ? plain(value) : value] as const);
  return Object.fromEntries(all.filter(([name, value]) => value !== '' || !kept.has(name)));
}

// Some clients write truth with a capital letter.
function plain(value: string): string {
  return /^(true|false)$/i.test(value) ? value.toLowerCase() : value;
}

function check({ name: queue }: Pick<QueueRecord, 'name'>, name: string, value: string): void {
  const [from, to] = bounds[name] ?? [];
  if (from !== undefined && to !== undefined) {
    if (/^\d{1,7}$/.test(value) && Number(value) >= from && Number(value) <= to) return;
    throw invalidAttributeValue(`Invalid value for the parameter ${name}.`);
  }
  if (!choices[name] && !kept.has(name)) throw invalidAttributeName(name);
  if (ofFifo.has(name) && !keepsOrder({ name: queue })) throw notFifo(name);
  if (choices[name] && !choices[name].includes(value)) throw invalidAttributeValue(`Invalid value for the parameter ${name}.`);
}

function notFifo(name: string): ApiError {
  const isChoice = name === 'DeduplicationScope' || name === 'FifoThroughputLimit';
  return isChoice ? new ApiError(400, 'InvalidAttributeName', `You can specify the ${name} only when FifoQueue is set to true.`) : invalidAttributeName(name);
}

function checkRedrive(world: World, record: Pick<QueueRecord, 'name'>, text: string): void {
  const { deadLetterTargetArn, maxReceiveCount } = parsePolicy(text);
  const count = Number(maxReceiveCount);
  const target = typeof deadLetterTargetArn === 'string' ? deadLetterTargetArn.split(':').at(-1) : undefined;
  const refuse = (reason: string) => invalidValue(text, 'RedrivePolicy', reason);
  if (maxReceiveCount === undefined) throw refuse('Redrive policy does not contain mandatory attribute: maxReceiveCount.');
  if (target === undefined) throw refuse('Redrive policy does not contain mandatory attribute: deadLetterTargetArn.');
  if (!Number.isInteger(count) || count < 1 || count > 1000) throw refuse(`Invalid value for maxReceiveCount: ${JSON.stringify(maxReceiveCount)}, valid values are from 1 to 1000 both inclusive.`);
  const dead = world.queues.get(target);
  if (!dead || queueArn(dead.record) !== deadLetterTargetArn) throw refuse('Dead letter target does not exist.');
  if (keepsOrder({ name: target }) !== keepsOrder(record)) throw refuse('Dead-letter queue must be same type of queue as the source.');
}

function parsePolicy(text: string): { readonly deadLetterTargetArn?: unknown; readonly maxReceiveCount?: unknown } {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof SyntaxError) throw invalidValue(text, 'RedrivePolicy', 'Redrive policy is not a valid JSON map.');
    throw error;
  }
}

const fifoDefaults = { FifoQueue: 'true', ContentBasedDeduplication: 'false', DeduplicationScope: 'queue', FifoThroughputLimit: 'perQueue' };

/** Those that are asked for, of all that the API tells of a queue. */
export function shownAttributes({ record, messages }: Queue, asked: readonly string[]): Attributes {
  const { ready, inFlight, delayed } = messages.counts();
  const all: Record<string, string> = {
    ...Object.fromEntries(Object.entries(queueDefaults).map(([name, value]) => [name, String(value)])),
    SqsManagedSseEnabled: 'true',
    ...(keepsOrder(record) ? fifoDefaults : {}),
    ...record.attributes,
    ApproximateNumberOfMessages: String(ready),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    CreatedTimestamp: String(Math.floor(record.created / 1000)),
    LastModifiedTimestamp: String(Math.floor(record.changed / 1000)),
    QueueArn: queueArn(record),
  };
  if (all.KmsMasterKeyId === undefined) delete all.KmsDataKeyReusePeriodSeconds;
  if (asked.includes('All')) return all;
  const unknown = asked.find((name) => !(name in all) && !bounds[name] && !choices[name] && !kept.has(name));
  if (unknown !== undefined) throw invalidAttributeName(unknown);
  return Object.fromEntries(Object.entries(all).filter(([name]) => asked.includes(name)));
}
