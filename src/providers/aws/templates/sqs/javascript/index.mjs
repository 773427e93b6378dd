/**
 * {{name}}: works through messages of a queue; a message that fails comes again, the others do not.
 * The queue's trigger must have "ReportBatchItemFailures" switched on for the answer to count.
 */
export const handler = async (event) => {
  const outcomes = await Promise.all(event.Records.map(tryHandle));
  const failed = event.Records.filter((_, index) => !outcomes[index]);
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
};

async function tryHandle(record) {
  try {
    await handle(JSON.parse(record.body));
    return true;
  } catch (error) {
    // Whatever goes wrong with one message must not stop the others.
    console.error(`Message ${record.messageId} failed`, error);
    return false;
  }
}

/** A message may come twice, so handling the same one again must do no harm. */
async function handle({ order, item }) {
  console.info(`Order ${order}: ${item}`);
}
