import { CloudWatchLogsClient, CreateLogGroupCommand, CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { FunctionRef } from '../../src/core/provider';

/** Puts lines into a function's log where functions are taken in but not run. */
export function logWriter(endpoint: string): (ref: Pick<FunctionRef, 'name'>, lines: readonly string[]) => Promise<void> {
  const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' };
  const client = new CloudWatchLogsClient({ endpoint, region: 'us-east-1', credentials });
  const made = new Set<string>();
  return async ({ name }, lines) => {
    const stream = { logGroupName: `/aws/lambda/${name}`, logStreamName: 'stream' };
    if (!made.has(name)) {
      await client.send(new CreateLogGroupCommand({ logGroupName: stream.logGroupName }));
      await client.send(new CreateLogStreamCommand(stream));
      made.add(name);
    }
    await client.send(new PutLogEventsCommand({ ...stream, logEvents: lines.map((message) => ({ timestamp: Date.now(), message })) }));
  };
}
