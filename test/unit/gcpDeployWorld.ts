import { join } from 'node:path';
import type { DeploymentPackage, FunctionRef, FunctionSettings } from '../../src/core/provider';
import { Connections } from '../../src/providers/gcp/access';
import type { Connect } from '../../src/providers/gcp/client';
import { credentialsFile, type FakeProject, type GoogleFake, type GoogleOptions, startGoogle } from '../fakes/google';
import { useGoogleHome } from '../fakes/googleCloud';
import { fakeHost, temporaryFolder } from '../fakes/host';
import { zip } from '../fakes/zip';

export const place = 'my-project/europe-west1';
export const location = 'europe-west1';

/** Google's fake with one project, and the way there as the provider has it. */
export interface GoogleWorld {
  readonly google: GoogleFake;
  readonly project: FakeProject;
  readonly connect: Connect;
  dispose(): Promise<void>;
}

export async function startWorld(options: GoogleOptions = {}, readMs = 30_000): Promise<GoogleWorld> {
  const google = await startGoogle({ stageMs: 2, ...options });
  const folder = temporaryFolder();
  const restore = useGoogleHome({ GOOGLE_APPLICATION_CREDENTIALS: await credentialsFile(google, folder, 'authorized_user'), CLOUDSDK_CONFIG: join(folder, 'gcloud') });
  const connections = new Connections(fakeHost({ 'gcp.endpoint': google.url }), { readMs, invokeMs: readMs });
  const dispose = async (): Promise<void> => {
    restore();
    await google.dispose();
  };
  return { google, project: google.project('my-project'), connect: (scope, at) => connections.to(scope, at), dispose };
}

export function refTo(name: string): FunctionRef {
  return { provider: 'gcp', scope: place, name };
}

export function code(text: string): DeploymentPackage {
  return zip({ 'index.js': `// ${text}\n`, 'package.json': '{"main":"index.js"}' });
}

export const http: FunctionSettings = { runtime: 'nodejs22.x', handler: 'index.handler', memoryMb: 256, timeoutSeconds: 10, trigger: { kind: 'http' } };
