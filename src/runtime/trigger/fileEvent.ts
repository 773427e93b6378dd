import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { eTagOf } from './fileContent';
import type { Change } from './fileChanges';

/**
 * S3 has no name for text that is appended, because its objects do not change; `ObjectAppended:Text` is ours. The record is
 * shaped like any other, and its object has the text as `appended` and the place in the file where it begins as `appendedFrom`.
 */
const eventNames = { created: 'ObjectCreated:Put', removed: 'ObjectRemoved:Delete', appended: 'ObjectAppended:Text' };

/** A change as a function gets it: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
export async function fileRecord(id: string, folder: string, region: string, change: Change): Promise<object> {
  const name = bucketName(folder);
  const request = randomBytes(8).toString('hex').toUpperCase();
  return {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: region,
    eventTime: new Date().toISOString(),
    eventName: eventNames[change.change],
    userIdentity: { principalId: 'local' },
    requestParameters: { sourceIPAddress: '127.0.0.1' },
    responseElements: { 'x-amz-request-id': request, 'x-amz-id-2': request },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: id,
      bucket: { name, ownerIdentity: { principalId: 'local' }, arn: `arn:aws:s3:::${name}` },
      object: await object(folder, change),
    },
  };
}

// With the file's own path, since there is no S3 here to get it from.
async function object(folder: string, { appended, facts, file }: Change): Promise<object> {
  const place = path.join(folder, file);
  return {
    key: keyOf(file),
    ...(facts ? { size: facts.size, eTag: await eTagOf(place, facts) } : {}),
    sequencer: sequencer(),
    path: place,
    ...(appended ? { appended: appended.text, appendedFrom: appended.from } : {}),
  };
}

// As form data is encoded, but for the slashes.
function keyOf(file: string): string {
  const letters = (text: string) => encodeURIComponent(text).replace(/[!'()~]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
  return file.split('/').map(letters).join('/').replaceAll('%20', '+');
}

let last = 0n;

// The later of two is the greater, as text.
function sequencer(): string {
  const now = BigInt(Date.now()) * 100_000n;
  last = now > last ? now : last + 1n;
  return last.toString(16).toUpperCase().padStart(18, '0');
}

function bucketName(folder: string): string {
  const name = path.basename(folder).toLowerCase().replace(/[^a-z0-9.-]+/g, '-').replace(/^[.-]+|[.-]+$/g, '');
  return name.length < 3 ? `folder-${name || 'root'}` : name.slice(0, 63);
}
