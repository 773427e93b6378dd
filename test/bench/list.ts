import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { devNull } from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import * as esbuild from 'esbuild';
import { findProgram } from '../../src/core/findProgram';
import { type Figure, median, timed } from './report';

const root = path.resolve(__dirname, '../..');
const dist = path.join(root, 'dist');
const keys = { AWS_ACCESS_KEY_ID: 'bench', AWS_SECRET_ACCESS_KEY: 'bench', AWS_REGION: 'us-east-1', AWS_DEFAULT_REGION: 'us-east-1' };
// Nothing of the user's own settings: both sides see one account.
const env = { ...process.env, ...keys, AWS_CONFIG_FILE: devNull, AWS_SHARED_CREDENTIALS_FILE: devNull };
const count = 10_000;
const pageSize = 50;

/**
 * Opening a scope of 10,000 functions in a fresh process, the SDK's loading included, to its first rows and to its last,
 * against the `aws` command on the same server.
 */
export async function listFigures(): Promise<Figure[]> {
  const server = await serve();
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const opened = await openRepeatedly(endpoint);
    const cli = await awsCommand(endpoint);
    const peer = cli === undefined ? undefined : { name: 'aws lambda list-functions', value: cli };
    const note = peer ? undefined : 'peer skipped: no aws command on the PATH';
    return [
      { what: `first rows of ${count} functions`, ours: median(opened.map(({ first }) => first)), unit: 'ms', peer, aim: '≤ 0.25 ×', note },
      { what: `last row of ${count} functions`, ours: median(opened.map(({ last }) => last)), unit: 'ms', peer, aim: '≤ 0.7 ×', note },
    ];
  } finally {
    server.close();
  }
}

/** What opening a scope took, in a fresh process each time. */
export async function openRepeatedly(endpoint: string, wanted = count, cloud = 'aws', variables: NodeJS.ProcessEnv = env): Promise<{ first: number; last: number }[]> {
  const file = path.join(root, 'out/bench/opening.js');
  await esbuild.build({ entryPoints: [path.join(root, 'test/bench/opening.ts')], outfile: file, bundle: true, platform: 'node', supported: { 'dynamic-import': false }, plugins: [builtProvider] });
  const results: { first: number; last: number }[] = [];
  for (let run = 0; run < 5; run++) {
    const { stdout } = await promisify(execFile)(process.execPath, [file, dist, endpoint, String(wanted), cloud], { env: variables });
    results.push(JSON.parse(stdout) as { first: number; last: number });
  }
  return results;
}

/** The provider as users have it: its own bundle, loaded when it is first asked. */
const builtProvider: esbuild.Plugin = {
  name: 'built-provider',
  setup: (build) => build.onResolve({ filter: /^\.\/provider$/ }, ({ kind, resolveDir }) => (kind === 'dynamic-import' ? { path: path.join(dist, `${path.basename(resolveDir)}.js`), external: true } : undefined)),
};

async function awsCommand(endpoint: string): Promise<number | undefined> {
  const program = await findProgram(['aws']);
  if (!program) return undefined;
  const args = ['lambda', 'list-functions', '--endpoint-url', endpoint, '--output', 'json'];
  return timed(3, () => promisify(execFile)(program, args, { maxBuffer: 64 * 1024 * 1024, env }));
}

function serve(): Promise<Server> {
  const server = createServer((request, response) => {
    const at = Number(new URL(request.url ?? '/', 'http://x').searchParams.get('Marker') ?? 0);
    const next = at + pageSize < count ? { NextMarker: String(at + pageSize) } : {};
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ Functions: Array.from({ length: pageSize }, (_, i) => row(at + i)), ...next }));
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

function row(i: number): object {
  const name = `function-${String(i).padStart(5, '0')}`;
  return {
    FunctionName: name,
    FunctionArn: `arn:aws:lambda:us-east-1:123456789012:function:${name}`,
    Runtime: i % 2 ? 'nodejs22.x' : 'python3.13',
    Handler: 'index.handler',
    Role: 'arn:aws:iam::123456789012:role/service-role/execution',
    CodeSize: 1000 + i,
    Description: '',
    Timeout: 3,
    MemorySize: 128,
    LastModified: '2026-01-02T03:04:05.000+0000',
    CodeSha256: 'mEUJQ5tZGNtoxSQYNBOzzLXfkX7gO9ha0GBmPBrdzDo=',
    Version: '$LATEST',
    TracingConfig: { Mode: 'PassThrough' },
    RevisionId: '7d1b1a3e-0e1c-4a5b-8d55-1f4f0f5a3c11',
    PackageType: 'Zip',
    Architectures: ['x86_64'],
    EphemeralStorage: { Size: 512 },
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
    LoggingConfig: { LogFormat: 'Text', LogGroup: `/aws/lambda/${name}` },
  };
}
