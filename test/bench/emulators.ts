import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { DeleteFunctionCommand } from '@aws-sdk/client-lambda';
import { install } from '../host/install.mjs';
import { RunningRuntime } from '../unit/runtime/harness';

export type Language = 'node' | 'python';
export const languages: readonly Language[] = ['node', 'python'];

/** The same function everywhere. */
export const sources = { 'index.js': 'exports.handler = async (event) => event;\n', 'index.py': 'def handler(event, context):\n    return event\n' };

/** Something on this machine that functions can be called at as at Lambda. */
export interface Emulator {
  readonly name: string;
  readonly note?: string;
  readonly endpoint: string;
  /** What it wants to see as a caller's key. */
  readonly key: string;
  /** The name of a function that has not run yet. */
  fresh(language: Language, round: number): Promise<string>;
  /** The round is over. */
  drop?(name: string): Promise<unknown>;
  stop(): Promise<unknown>;
}

/** Where Python really is: what is on the PATH may only stand for it. */
export async function findPython(): Promise<string> {
  const { stdout } = await promisify(execFile)('python3', ['-c', 'import sys; print(sys.executable)']);
  return stdout.trim();
}

export async function ours(name = 'ours', args: readonly string[] = []): Promise<Emulator> {
  const runtime = await RunningRuntime.start(undefined, args);
  return {
    name,
    endpoint: runtime.line.endpoint,
    key: runtime.line.accessKeyId,
    async fresh(language, round) {
      const created = `${language}-${round}`;
      if (language === 'node') await runtime.create(created, { 'index.js': sources['index.js'] }, { Runtime: 'nodejs20.x', Handler: 'index.handler' });
      else await runtime.create(created, { 'index.py': sources['index.py'] }, { Runtime: 'python3.11', Handler: 'index.handler' });
      return created;
    },
    drop: (created) => runtime.lambda.send(new DeleteFunctionCommand({ FunctionName: created })),
    stop: () => runtime.stop(),
  };
}

/** The least that can be. */
export async function floor(folder: string): Promise<Emulator> {
  const child = spawn(process.execPath, [path.join(__dirname, 'floor/server.mjs'), folder, await findPython()], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { name: 'floor', endpoint: `http://127.0.0.1:${port}`, key: 'key', fresh: async (language, round) => `${language}-${round}`, stop: () => end(child) };
}

/** `rounds` is how many functions of each language it is given: it learns of them when it starts. */
export async function offline(folder: string, rounds: number): Promise<Emulator> {
  const modules = path.join(await install('bench-offline', ['serverless@3.40.0', 'serverless-offline@13.10.1']), 'node_modules');
  const port = 20_000 + (process.pid % 10_000);
  const service = await writeService(path.join(folder, 'service'), port, modules, rounds);
  const env = { ...process.env, SLS_TELEMETRY_DISABLED: '1', SLS_NOTIFICATIONS_MODE: 'off', PATH: `${path.dirname(await findPython())}${path.delimiter}${process.env.PATH}` };
  const child = spawn(process.execPath, [path.join(modules, 'serverless/bin/serverless.js'), 'offline'], { cwd: service, env, stdio: ['ignore', 'pipe', 'pipe'] });
  await untilReady(child);
  return {
    name: 'serverless-offline',
    note: 'Node in a thread; no log kept',
    endpoint: `http://127.0.0.1:${port + 1}`,
    key: 'key',
    fresh: async (language, round) => `bench-dev-${language}${round}`,
    stop: () => end(child),
  };
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill();
  await ended;
}

async function writeService(folder: string, port: number, modules: string, rounds: number): Promise<string> {
  await mkdir(folder);
  // Where it looks for its plugins.
  await symlink(modules, path.join(folder, 'node_modules'), 'junction');
  for (const [name, text] of Object.entries(sources)) await writeFile(path.join(folder, name), text);
  const runtimes = { node: 'nodejs20.x', python: 'python3.11' };
  const functions = Object.fromEntries(languages.flatMap((language) => Array.from({ length: rounds }, (_, i) => [`${language}${i}`, { handler: 'index.handler', runtime: runtimes[language] }])));
  const custom = { 'serverless-offline': { host: '127.0.0.1', httpPort: port, lambdaPort: port + 1, websocketPort: port + 2 } };
  const provider = { name: 'aws', region: 'us-east-1' };
  // JSON is YAML.
  await writeFile(path.join(folder, 'serverless.yml'), JSON.stringify({ service: 'bench', provider, functions, custom, plugins: ['serverless-offline'] }));
  return folder;
}

function untilReady(child: ChildProcess): Promise<void> {
  let written = '';
  return new Promise((resolve, reject) => {
    const read = (data: Buffer): void => {
      written += data.toString();
      if (/Server ready|listening on/i.test(written)) setTimeout(resolve, 500);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', () => reject(new Error(`serverless-offline did not start:\n${written}`)));
  });
}
