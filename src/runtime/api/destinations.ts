import { randomUUID } from 'node:crypto';
import type { Outcome } from '../engine/spec';
import type { QueuedEvent } from '../queuedEvent';
import { errorCode } from '../store/files';
import { note } from '../store/note';
import { QueueFull } from '../store/queueFull';
import { keepsOrder, type Queue } from '../store/queues';
import { UnreadableFile } from '../store/recordFolder';
import type { EventConfigRecord } from '../store/records';
import type { World } from './call';
import { ApiError } from './errors';
import { traceId } from './invoke';
import { functionArn, lookup, parseName, type Found } from './names';

export type Condition = 'Success' | 'RetriesExhausted' | 'EventAgeExceeded' | 'ZeroReservedConcurrency';

/** What became of an event. */
export interface Ending {
  readonly event: QueuedEvent;
  readonly found: Found;
  readonly config: EventConfigRecord;
  readonly condition: Condition;
  /** Of the last try, if there was one. */
  readonly outcome?: Outcome;
}

/** Sends a result to its destination, and an event that failed for good to where such events go. */
export async function sendOn(world: World, ending: Ending): Promise<void> {
  const { event, found, config, condition } = ending;
  const failed = condition !== 'Success';
  const target = failed ? config.onFailure : config.onSuccess;
  const { deadLetter } = found.version;
  if (target) await deliver(world, ending, target);
  if (failed && deadLetter) await keepLetter(world, ending, deadLetter, parsed(event.call.payload), attributes(ending));
  if (failed && !target && !deadLetter) tell(world, found, event, `The event failed for good (${condition}) and is gone; a destination for failures would keep it.`);
}

/** Writes a line into the function's log that is not the function's own. */
export function tell(world: World, found: Found, event: QueuedEvent, line: string): undefined {
  return tellLog(world, found, event.call.requestId, line, event.call.hops);
}

/** As `tell`, also of what is no single call. */
export function tellLog(world: World, found: Found, requestId: string | undefined, line: string, hops?: number): undefined {
  try {
    note(world.logs, found.version.logGroup, `${requestId === undefined ? '' : `RequestId: ${requestId}\t`}${line}`, hops);
  } catch (error) {
    // No disk takes it; what it tells of has happened all the same, and must not happen again for that.
    if (errorCode(error) === undefined && !(error instanceof UnreadableFile)) throw error;
    world.warn(`The log of ${found.record.name} could not be told "${line}": ${String(error)}`);
  }
  return undefined;
}

async function deliver(world: World, ending: Ending, arn: string): Promise<void> {
  const record = makeRecord(ending);
  if (arn.split(':')[2] !== 'lambda') return keepLetter(world, ending, arn, record);
  const { event, found } = ending;
  const { name, qualifier } = parseName(arn);
  if (!lookup(world, name, qualifier)) return tell(world, found, event, `Its result (${ending.condition}) went nowhere: there is no ${arn}.`);
  const call = { requestId: randomUUID(), arn, payload: Buffer.from(JSON.stringify(record)), traceId: traceId(), hops: (event.call.hops ?? 0) + 1 };
  await world.queue.addResult({ name, qualifier, call }).catch((error: unknown) => {
    if (!(error instanceof ApiError)) throw error;
    tell(world, found, event, `Its result (${ending.condition}) did not get to ${arn}: ${error.message}`);
  });
}

async function keepLetter(world: World, { event, found, condition }: Ending, arn: string, body: unknown, marks?: Readonly<Record<string, string>>): Promise<void> {
  const queue = arn.split(':')[2] === 'sqs' ? world.queues.get(arn.split(':').at(-1) ?? '') : undefined;
  // One that keeps order takes no message without a group, as on AWS.
  const id = queue && !keepsOrder(queue.record) ? await sendTo(queue, body, marks) : undefined;
  if (queue && id !== undefined) return tell(world, found, event, `The local queue ${queue.record.name} got what is sent to ${arn} (${condition}), as the message ${id}.`);
  const file = await world.letters.put(arn, event.call.requestId, body, marks);
  tell(world, found, event, `What is sent to ${arn} (${condition}) is kept in ${file}.`);
}

// `undefined` when there is no room for it, as it can be kept elsewhere.
async function sendTo({ messages }: Queue, body: unknown, marks?: Readonly<Record<string, string>>): Promise<string | undefined> {
  const attributes = Object.entries(marks ?? {}).map(([name, StringValue]) => [name, { DataType: name === 'ErrorCode' ? 'Number' : 'String', StringValue }] as const);
  try {
    return (await messages.send({ body: JSON.stringify(body), attributes: attributes.length ? Object.fromEntries(attributes) : undefined }, 0)).id;
  } catch (error) {
    if (error instanceof QueueFull) return undefined;
    throw error;
  }
}

// As recorded from AWS.
function makeRecord({ event, found, condition, outcome }: Ending): object {
  const { record, version } = found;
  const error = outcome && !outcome.ok ? { functionError: 'Unhandled' } : {};
  const response = outcome && { responseContext: { statusCode: 200, executedVersion: version.version, ...error }, responsePayload: parsed(outcome.payload) };
  return {
    version: '1.0',
    timestamp: new Date().toISOString(),
    requestContext: {
      requestId: event.call.requestId,
      functionArn: functionArn(record.region, record.name, event.qualifier ?? '$LATEST'),
      condition,
      approximateInvokeCount: (event.failures ?? 0) + (outcome ? 1 : 0),
    },
    requestPayload: parsed(event.call.payload),
    ...response,
  };
}

// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
function attributes({ event, condition, outcome }: Ending): Record<string, string> {
  const body = outcome && parsed(outcome.payload);
  const message = typeof body === 'object' && body !== null && 'errorMessage' in body ? String(body.errorMessage) : condition;
  return { RequestID: event.call.requestId, ErrorCode: outcome ? '200' : '429', ErrorMessage: message.slice(0, 1024) };
}

function parsed(payload: Uint8Array): unknown {
  const text = Buffer.from(payload).toString('utf8');
  try {
    return text ? JSON.parse(text) : null;
  } catch (error) {
    // A program of the function's own may answer with what is no JSON.
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
