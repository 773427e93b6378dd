import { gcp } from '../../src/providers/gcp';
import { contractCode, startGoogleCloud, useGoogleHome } from '../fakes/googleCloud';
import { fakeHost } from '../fakes/host';
import { describeProvider } from './describeProvider';

describeProvider('gcp', async () => {
  const cloud = await startGoogleCloud('authorized_user', { stageMs: 1, logReads: { count: 600, windowMs: 60_000 } });
  const { google } = cloud;
  const restore = useGoogleHome(cloud.variables);
  const project = google.project('contract-project');
  return {
    provider: gcp(fakeHost({ 'gcp.endpoint': google.url, 'gcp.projects': [project.id] })),
    place: `${project.id}/europe-west1`,
    settings: { runtime: 'nodejs22.x', handler: 'index.handler', memoryMb: 256, timeoutSeconds: 10, trigger: { kind: 'http' }, access: 'private' },
    code: contractCode,
    guards: true,
    runs: true,
    pages: () => google.seen('GET', /^\/v2\/projects\/[^/]+\/locations\/-\/functions$/).length,
    dispose: async () => {
      restore();
      await cloud.stop();
    },
  };
});
