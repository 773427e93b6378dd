import type { ApiReply } from './call';
import { ApiError } from './errors';

const refusal = (type: string) => (message: string) => new ApiError(400, type, message);

export const invalidAttributeName = (name: string) => refusal('InvalidAttributeName')(`Unknown Attribute ${name}.`);
export const invalidAttributeValue = refusal('InvalidAttributeValue');
export const invalidContents = refusal('InvalidMessageContents');
export const invalidHandle = (handle: string) => refusal('ReceiptHandleIsInvalid')(`The input receipt handle "${handle}" is not a valid receipt handle.`);
export const invalidParameter = refusal('InvalidParameterValueException');
export const missing = (name: string) => refusal('MissingRequiredParameterException')(`The request must contain the parameter ${name}.`);
export const noSuchQueue = () => refusal('QueueDoesNotExist')('The specified queue does not exist.');
export const overLimit = refusal('OverLimit');

export const invalidValue = (value: unknown, name: string, reason: string) => invalidParameter(`Value ${String(value)} for parameter ${name} is invalid. Reason: ${reason}`);

/** Names of errors in the older protocol, which clients of today still look for; where one is left out it is the same. */
const olderNames: Readonly<Record<string, string>> = {
  BatchEntryIdsNotDistinct: 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
  BatchRequestTooLong: 'AWS.SimpleQueueService.BatchRequestTooLong',
  EmptyBatchRequest: 'AWS.SimpleQueueService.EmptyBatchRequest',
  InvalidBatchEntryId: 'AWS.SimpleQueueService.InvalidBatchEntryId',
  InvalidParameterValueException: 'InvalidParameterValue',
  MissingRequiredParameterException: 'MissingParameter',
  PurgeQueueInProgress: 'AWS.SimpleQueueService.PurgeQueueInProgress',
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  QueueNameExists: 'QueueAlreadyExists',
  TooManyEntriesInBatchRequest: 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
  UnsupportedOperation: 'AWS.SimpleQueueService.UnsupportedOperation',
};

const common = new Set(['InvalidParameterValueException', 'MissingRequiredParameterException', 'UnknownOperationException', 'ServiceUnavailable']);

export function olderName(type: string): string {
  return olderNames[type] ?? type;
}

export function sqsError({ type, message, status }: ApiError): ApiReply {
  const who = status < 500 ? 'Sender' : 'Receiver';
  return {
    status,
    headers: { 'content-type': sqsType, 'x-amzn-query-error': `${olderName(type)};${who}` },
    body: { __type: `${common.has(type) ? 'com.amazon.coral.service' : 'com.amazonaws.sqs'}#${type}`, message },
  };
}

export const sqsType = 'application/x-amz-json-1.0';
