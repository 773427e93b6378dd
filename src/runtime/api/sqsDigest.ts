import { createHash } from 'node:crypto';
import type { AttributeRecord } from '../store/queueMessage';

/** Hexadecimal, as clients compare it with their own. */
export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

/**
 * The digest of a message's attributes; `undefined` of none.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation
 */
export function md5OfAttributes(attributes: Readonly<Record<string, AttributeRecord>> | undefined): string | undefined {
  const all = Object.entries(attributes ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  if (!all.length) return undefined;
  const hash = createHash('md5');
  for (const [name, { DataType, StringValue, BinaryValue }] of all) {
    for (const text of [name, DataType]) hash.update(counted(Buffer.from(text)));
    hash.update(Buffer.from([BinaryValue === undefined ? 1 : 2]));
    hash.update(counted(BinaryValue === undefined ? Buffer.from(StringValue ?? '') : Buffer.from(BinaryValue, 'base64')));
  }
  return hash.digest('hex');
}

function counted(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
