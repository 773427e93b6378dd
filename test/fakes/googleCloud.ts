import { join } from 'node:path';
import type { DeploymentPackage } from '../../src/core/provider';
import { FrameworkRunner, type Printed } from './frameworkRunner';
import { credentialsFile, type CredentialKind, type FunctionAnswer, type FunctionCall, type GoogleFake, type GoogleOptions, startGoogle } from './google';
import { temporaryFolder } from './host';
import { zip } from './zip';

/** The fake with its functions really run, and the variables that lead Google's tools to its credentials. */
export interface GoogleCloud {
  readonly google: GoogleFake;
  readonly variables: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

export async function startGoogleCloud(kind: CredentialKind = 'authorized_user', options: GoogleOptions = {}): Promise<GoogleCloud> {
  const google = await startGoogle(options);
  const runner = new FrameworkRunner();
  google.onCall((call) => answer(runner, call));
  const folder = temporaryFolder();
  const file = await credentialsFile(google, folder, kind);
  const stop = async (): Promise<void> => {
    await runner.dispose();
    await google.dispose();
  };
  return { google, variables: { GOOGLE_APPLICATION_CREDENTIALS: file, CLOUDSDK_CONFIG: join(folder, 'gcloud') }, stop };
}

async function answer(runner: FrameworkRunner, { code, entryPoint, env, request, executionId, log }: FunctionCall): Promise<FunctionAnswer> {
  const query = new URLSearchParams(request.query).toString();
  const headers = { ...request.headers, 'function-execution-id': executionId };
  const sent = { method: request.method, url: `${encodeURI(request.path)}${query && `?${query}`}`, headers, body: request.body };
  const print = ({ text, json, severity, stream }: Printed): void => log(text ?? (json as Record<string, never>), { severity, stream });
  const received = await runner.call({ code, entryPoint, signature: 'http', env }, sent, print);
  const flat = Object.entries(received.headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)] as const]));
  return { status: received.status, headers: Object.fromEntries(flat), body: received.body };
}

/** Replaces everything in this process's environment that Google's tools look at; the answer puts it back. */
export function useGoogleHome(variables: Readonly<Record<string, string>>): () => void {
  const before = { ...process.env };
  const isGoogle = (name: string): boolean => /^(GOOGLE_|GCLOUD_|CLOUDSDK_|GCE_)/.test(name);
  for (const name of Object.keys(process.env)) if (isGoogle(name)) delete process.env[name];
  Object.assign(process.env, variables);
  return () => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  };
}

/** A function that does what the contract suite's events ask of it. */
export function contractCode(text: string): DeploymentPackage {
  return zip({
    'index.js': `// ${text}
const functions = require('@google-cloud/functions-framework');
functions.http('handler', async (request, response) => {
  const event = request.body;
  for (const line of event.print ?? []) console.log(line);
  if (event.fail) throw new Error(event.fail);
  await new Promise((resolve) => setTimeout(resolve, event.sleepMs ?? 0));
  response.json(event);
});
`,
    'package.json': '{"main":"index.js","dependencies":{"@google-cloud/functions-framework":"^5.0.0"}}',
  });
}
