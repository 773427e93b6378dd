import type { ApiCall, ApiReply, World } from './call';
import { ApiError } from './errors';
import { isFor, type JsonApi, serveJson } from './jsonApi';
import { sqsError, sqsType } from './sqsErrors';
import type { SqsCall } from './sqsInput';
import * as permissions from './sqsPermissions';
import * as queues from './sqsQueues';
import * as receiving from './sqsReceive';
import * as sending from './sqsSend';

type Operation = (at: SqsCall) => Promise<object>;

const operations: Readonly<Record<string, Operation>> = {
  AddPermission: permissions.addPermission,
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
  RemovePermission: permissions.removePermission,
  SendMessage: sending.sendMessage,
  SendMessageBatch: sending.sendMessageBatch,
  SetQueueAttributes: queues.setQueueAttributes,
  TagQueue: queues.tagQueue,
  UntagQueue: queues.untagQueue,
};

/** The SQS API, in JSON 1.0, which is what clients of today speak; the older one with queries is not known here. */
const api: JsonApi = {
  prefix: 'AmazonSQS.',
  operations: Object.fromEntries(Object.entries(operations).map(([name, operation]) => [name, (input, world, call) => operation({ input, world, call })])),
  unknown: 400,
  fault: 'ServiceUnavailable',
  answer: (body) => ({ status: 200, headers: { 'content-type': sqsType }, body }),
  refuse: (error) => sqsError(error.type === 'InvalidRequestContentException' ? new ApiError(400, 'InvalidParameterValueException', error.message) : error),
};

export function isSqsCall(call: ApiCall): boolean {
  return isFor(api, call);
}

export function sqs(call: ApiCall, world: World): Promise<ApiReply> {
  return serveJson(api, call, world);
}
