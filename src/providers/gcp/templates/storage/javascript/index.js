import { cloudEvent } from '@google-cloud/functions-framework';

/**
 * {{name}}: runs for each object that is uploaded to a bucket of Cloud Storage.
 * An event may come twice, so handling the same object again must do no harm.
 */
cloudEvent('handler', async (event) => {
  const { bucket, name, size } = event.data;
  console.info(`gs://${bucket}/${name}: ${size} bytes`);
});
