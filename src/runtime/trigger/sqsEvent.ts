import { md5, md5OfAttributes } from '../api/sqsDigest';
import { systemAttributes } from '../api/sqsReceive';
import type { MessageContent } from '../store/queueMessage';
import type { Received } from '../store/queueMessages';
import { queueArn, type Queue } from '../store/queues';

/** A message as a function gets it: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event */
export function sqsRecord(received: Received, { record }: Pick<Queue, 'record'>): object {
  const { content, handle } = received;
  const digest = md5OfAttributes(content.attributes);
  return {
    messageId: content.id,
    receiptHandle: handle,
    body: content.body,
    attributes: systemAttributes(received, { record }),
    messageAttributes: attributes(content),
    ...(digest === undefined ? {} : { md5OfMessageAttributes: digest }),
    md5OfBody: md5(content.body),
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn(record),
    awsRegion: record.region,
  };
}

function attributes({ attributes = {} }: MessageContent): object {
  const lists = { stringListValues: [], binaryListValues: [] };
  const shown = Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => {
    const value = BinaryValue === undefined ? { stringValue: StringValue } : { binaryValue: BinaryValue };
    return [name, { ...value, ...lists, dataType: DataType }] as const;
  });
  return Object.fromEntries(shown);
}

/**
 * The messages of a batch that failed, by what a function answers that reports them; all when its answer makes no sense.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 */
export function failedIds(payload: Uint8Array, sent: readonly string[]): readonly string[] {
  const failures = reported(Buffer.from(payload).toString());
  if (failures === undefined || failures === null) return [];
  if (!Array.isArray(failures)) return sent;
  const ids = failures.map((one: unknown) => (typeof one === 'object' && one !== null && 'itemIdentifier' in one ? one.itemIdentifier : undefined));
  return ids.every((id): id is string => typeof id === 'string' && sent.includes(id)) ? ids : sent;
}

function reported(text: string): unknown {
  try {
    const answer: unknown = text ? JSON.parse(text) : undefined;
    return typeof answer === 'object' && answer !== null && 'batchItemFailures' in answer ? answer.batchItemFailures : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
