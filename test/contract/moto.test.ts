import type { FunctionProvider } from '../../src/core/provider';
import { aws } from '../../src/providers/aws';
import { homeAt, useAwsHome } from '../fakes/environment';
import { Front } from '../fakes/front';
import { fakeHost } from '../fakes/host';
import { logWriter } from '../fakes/logWriter';
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
    write: logWriter(moto.endpoint),
    dispose: async () => {
      restore();
      await front.stop();
      await moto.stop();
    },
  };
});

async function role(provider: FunctionProvider): Promise<string | undefined> {
  const question = provider.nextQuestion?.({ provider: 'aws', scope: 'default/us-east-1', name: 'contract' }, {});
  return (await question?.choices[0]?.make?.({}, { signal: new AbortController().signal }))?.role;
}
