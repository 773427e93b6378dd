import { type CloudEvent, cloudEvent } from '@google-cloud/functions-framework';

/** Some of what Cloud Storage tells of an object. */
interface Uploaded {
  readonly bucket: string;
  readonly name: string;
  /** Bytes; the number comes as a text. */
  readonly size: string;
}

/**
 * {{name}}: runs for each object that is uploaded to a bucket of Cloud Storage.
 * An event may come twice, so handling the same object again must do no harm.
 */
cloudEvent('handler', async ({ data }: CloudEvent<Uploaded>) => {
  if (!data) throw new TypeError('The event has no object.');
  const { bucket, name, size } = data;
  console.info(`gs://${bucket}/${name}: ${size} bytes`);
});
