import { local } from '../../src/providers/local';
import { fakeHost } from '../fakes/host';
import { contractCode, runtimePid } from '../fakes/localRuntime';
import { describeProvider } from './describeProvider';

describeProvider('local', async () => {
  const host = fakeHost();
  return {
    provider: local(host),
    settings: { runtime: 'nodejs20.x', handler: 'index.handler', memoryMb: 128, timeoutSeconds: 10 },
    code: contractCode,
    guards: true,
    runs: true,
    dispose: () => void process.kill(runtimePid(host.storage), 'SIGTERM'),
  };
});
