import { CloudWatchLogsClient, CreateLogGroupCommand, CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { FunctionProvider, FunctionRef } from '../../src/core/provider';
import { aws } from '../../src/providers/aws';
import { homeAt, useAwsHome } from '../fakes/environment';
import { Front } from '../fakes/front';
import { fakeHost } from '../fakes/host';
import { startMoto } from '../fakes/moto';
import { zip } from '../fakes/zip';
import { describeProvider } from './describeProvider';

describeProvider('aws on moto', async (context) => {
  const moto = await startMoto();
  if (!moto) {
    console.log('    moto is not installed for python3: pip install "moto[server]"');
    return context.skip();
  }
  const front = await Front.before(moto.endpoint);
  const restore = useAwsHome(homeAt(front.endpoint));
  const provider = aws(fakeHost({ 'tail.pollSeconds': 0.5 }));
  const settings = { runtime: 'nodejs22.x', handler: 'index.handler', role: await role(provider) };
  return {
    provider,
    settings,
    code: (text) => zip({ 'index.js': text }),
    guards: false,
    runs: false,
    pages: () => front.asked.filter((asked) => /^GET \/2015-03-31\/functions\/?(\?|$)/.test(asked)).length,
    write: writer(moto.endpoint),
    dispose: async () => {
      restore();
      await front.stop();
      await moto.stop();
    },
  };
});

async function role(provider: FunctionProvider): Promise<string | undefined> {
  return (await provider.roles?.create('default/us-east-1', 'contract', { signal: new AbortController().signal }))?.id;
}

function writer(endpoint: string) {
  const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' };
  const client = new CloudWatchLogsClient({ endpoint, region: 'us-east-1', credentials });
  const made = new Set<string>();
  return async ({ name }: FunctionRef, lines: readonly string[]): Promise<void> => {
    const stream = { logGroupName: `/aws/lambda/${name}`, logStreamName: 'stream' };
    if (!made.has(name)) {
      await client.send(new CreateLogGroupCommand({ logGroupName: stream.logGroupName }));
      await client.send(new CreateLogStreamCommand(stream));
      made.add(name);
    }
    await client.send(new PutLogEventsCommand({ ...stream, logEvents: lines.map((message) => ({ timestamp: Date.now(), message })) }));
  };
}
