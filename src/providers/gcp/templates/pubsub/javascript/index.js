import { cloudEvent } from '@google-cloud/functions-framework';

/**
 * {{name}}: handles messages of a Pub/Sub topic. A message may come twice, so handling the same one again must do no harm.
 * An exception makes it come again where retries are on.
 */
cloudEvent('handler', async (event) => {
  const { message } = event.data;
  const { order, item } = JSON.parse(Buffer.from(message.data, 'base64').toString('utf8'));
  console.info(`Order ${order}: ${item}`);
});
