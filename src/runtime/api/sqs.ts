import type { ApiCall, ApiReply, World } from './call';
import { ApiError } from './errors';
import { parseInput } from './input';
import { sqsError, sqsType } from './sqsErrors';
import type { SqsCall } from './sqsInput';
import * as queues from './sqsQueues';
import * as receiving from './sqsReceive';
import * as sending from './sqsSend';

type Operation = (at: SqsCall) => Promise<object>;

const operations: Readonly<Record<string, Operation>> = {
  ChangeMessageVisibility: receiving.changeMessageVisibility,
  ChangeMessageVisibilityBatch: receiving.changeMessageVisibilityBatch,
  CreateQueue: queues.createQueue,
  DeleteMessage: receiving.deleteMessage,
  DeleteMessageBatch: receiving.deleteMessageBatch,
  DeleteQueue: queues.deleteQueue,
  GetQueueAttributes: queues.getQueueAttributes,
  GetQueueUrl: queues.getQueueUrl,
  ListDeadLetterSourceQueues: queues.listDeadLetterSourceQueues,
  ListQueueTags: queues.listQueueTags,
  ListQueues: queues.listQueues,
  PurgeQueue: queues.purgeQueue,
  ReceiveMessage: receiving.receiveMessage,
  SendMessage: sending.sendMessage,
  SendMessageBatch: sending.sendMessageBatch,
  SetQueueAttributes: queues.setQueueAttributes,
  TagQueue: queues.tagQueue,
  UntagQueue: queues.untagQueue,
};

const targetPrefix = 'AmazonSQS.';

export function isSqsCall(call: ApiCall): boolean {
  return String(call.headers['x-amz-target'] ?? '').startsWith(targetPrefix);
}

/** The SQS API, in JSON 1.0, which is what clients of today speak; the older one with queries is not known here. */
export async function sqs(call: ApiCall, world: World): Promise<ApiReply> {
  const name = String(call.headers['x-amz-target']).slice(targetPrefix.length);
  try {
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (!operation) throw new ApiError(400, 'UnknownOperationException', `The local runtime does not know ${name}.`);
    return { status: 200, headers: { 'content-type': sqsType }, body: await operation({ input: parseInput(call.body), world, call }) };
  } catch (error) {
    if (error instanceof ApiError) return sqsError(error.type === 'InvalidRequestContentException' ? new ApiError(400, 'InvalidParameterValueException', error.message) : error);
    world.warn(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return sqsError(new ApiError(500, 'ServiceUnavailable', 'The local runtime failed; its log says why.'));
  }
}
