import { type CloudEvent, cloudEvent } from '@google-cloud/functions-framework';

/** What Pub/Sub sends; the message's own data comes in base64. */
interface Published {
  readonly message: { readonly data: string };
}

/** What a message says. */
interface Order {
  readonly order: number;
  readonly item: string;
}

/**
 * {{name}}: handles messages of a Pub/Sub topic. A message may come twice, so handling the same one again must do no harm.
 * An exception makes it come again where retries are on.
 */
cloudEvent('handler', async ({ data }: CloudEvent<Published>) => {
  const { order, item } = JSON.parse(Buffer.from(data?.message.data ?? '', 'base64').toString('utf8')) as Order;
  console.info(`Order ${order}: ${item}`);
});
