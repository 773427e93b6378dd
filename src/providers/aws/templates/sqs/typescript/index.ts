import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';

/** What a message says. */
interface Order {
  readonly order: number;
  readonly item: string;
}

/**
 * {{name}}: works through messages of a queue; a message that fails comes again, the others do not.
 * The queue's trigger must have "ReportBatchItemFailures" switched on for the answer to count.
 */
export const handler = async (event: SQSEvent): Promise<SQSBatchResponse> => {
  const outcomes = await Promise.all(event.Records.map(tryHandle));
  const failed = event.Records.filter((_, index) => !outcomes[index]);
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
};

async function tryHandle(record: SQSRecord): Promise<boolean> {
  try {
    await handle(JSON.parse(record.body) as Order);
    return true;
  } catch (error) {
    // Whatever goes wrong with one message must not stop the others.
    console.error(`Message ${record.messageId} failed`, error);
    return false;
  }
}

/** A message may come twice, so handling the same one again must do no harm. */
async function handle({ order, item }: Order): Promise<void> {
  console.info(`Order ${order}: ${item}`);
}
