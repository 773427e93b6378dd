import { aws } from '../../src/providers/aws';
import { homeAt, useAwsHome } from '../fakes/environment';
import { Front } from '../fakes/front';
import { fakeHost } from '../fakes/host';
import { contractCode, startLocalRuntime } from '../fakes/localRuntime';
import { describeProvider } from './describeProvider';

describeProvider('aws on the local runtime', async () => {
  const runtime = await startLocalRuntime();
  const front = await Front.before(runtime.endpoint);
  const restore = useAwsHome(homeAt(front.endpoint, runtime.accessKeyId));
  return {
    // The runtime speaks Lambda and its logs; roles are IAM's.
    provider: { ...aws(fakeHost({ 'tail.pollSeconds': 0.5 })), nextQuestion: undefined },
    settings: { runtime: 'nodejs20.x', handler: 'index.handler', role: 'arn:aws:iam::123456789012:role/any', memoryMb: 128, timeoutSeconds: 10 },
    code: contractCode,
    guards: true,
    runs: true,
    pages: () => front.asked.filter((asked) => /^GET \/2015-03-31\/functions\/?(\?|$)/.test(asked)).length,
    dispose: async () => {
      restore();
      await front.stop();
      await runtime.stop();
    },
  };
});
