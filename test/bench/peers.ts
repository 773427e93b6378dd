import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { local } from '../../src/providers/local';
import { install } from '../host/install.mjs';
import { call, clock, deploy } from './local';
import { type Figure, median } from './report';
import { createWorld, type World } from './world';

const rounds = 8;
const packages = ['serverless@3.40.0', 'serverless-offline@13.10.1', 'lambda-local@2.2.0'];
const handler = 'exports.handler = async (event) => event;\n';

/** One way to run a Node function on one's own machine. */
interface Way {
  readonly name: string;
  /** Says what its calls do not do that others do. */
  readonly note?: string;
  prepare?(round: number): Promise<unknown>;
  first(round: number): Promise<unknown>;
  later(): Promise<unknown>;
  stop?(): Promise<unknown>;
}

/** The local runtime against other ways, call by call in turn, so that all see the machine equally busy. */
export async function peerFigures(): Promise<Figure[]> {
  const world = await createWorld();
  const modules = path.join(await install('bench-peers', packages), 'node_modules');
  await writeFile(path.join(world.folder, 'index.js'), handler);
  const ways = [ours(world), await offline(world, modules), await lambdaLocal(world, modules)];
  try {
    const first = ways.map((): number[] => []);
    for (let round = 0; round < rounds; round++) for (const [i, way] of ways.entries()) first[i]!.push(await timeFirst(way, round));
    const later = ways.map((): number[] => []);
    for (let n = 0; n < 200; n++) for (const [i, way] of ways.entries()) later[i]!.push(await clock(() => way.later()));
    return [...rows('first call of a Node function', ways, first), ...rows('later call of a Node function', ways, later)];
  } finally {
    for (const way of ways) await way.stop?.();
    await world.dispose();
  }
}

function rows(what: string, ways: readonly Way[], times: readonly (readonly number[])[]): Figure[] {
  const [own = 0, ...peers] = times.map((each) => median(each.slice(1)));
  return peers.map((value, i) => ({ what, ours: own, unit: 'ms', peer: { name: ways[i + 1]!.name, value }, note: ways[i + 1]!.note }));
}

async function timeFirst(way: Way, round: number): Promise<number> {
  await way.prepare?.(round);
  return clock(() => way.first(round));
}

function ours(world: World): Way {
  const provider = local(world.host);
  const invoke = (): Promise<void> => call(provider, 'nodejs22.x');
  return { name: 'ours', prepare: (round) => deploy(provider, 'nodejs22.x', round), first: invoke, later: invoke };
}

/** Each first call is of a function that has not run yet. */
async function offline(world: World, modules: string): Promise<Way> {
  const port = 20_000 + (process.pid % 10_000);
  const folder = await writeService(path.join(world.folder, 'service'), port, modules);
  const script = path.join(modules, 'serverless/bin/serverless.js');
  const env = { ...process.env, SLS_TELEMETRY_DISABLED: '1', SLS_NOTIFICATIONS_MODE: 'off' };
  const child = spawn(process.execPath, [script, 'offline'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  await untilReady(child);
  const invoke = (name: string): Promise<void> => post(`http://127.0.0.1:${port + 1}/2015-03-31/functions/bench-dev-${name}/invocations`);
  const stop = (): Promise<unknown> => {
    child.kill();
    return once(child, 'exit');
  };
  return { name: 'serverless-offline', note: 'a thread; plain HTTP, no SDK, no log kept', first: (round) => invoke(`f${round}`), later: () => invoke('f0'), stop };
}

async function writeService(folder: string, port: number, modules: string): Promise<string> {
  await mkdir(folder);
  // Where it looks for its plugins.
  await symlink(modules, path.join(folder, 'node_modules'), 'junction');
  await writeFile(path.join(folder, 'index.js'), handler);
  const functions = Object.fromEntries(Array.from({ length: rounds }, (_, i) => [`f${i}`, { handler: 'index.handler' }]));
  const custom = { 'serverless-offline': { host: '127.0.0.1', httpPort: port, lambdaPort: port + 1, websocketPort: port + 2 } };
  const provider = { name: 'aws', runtime: 'nodejs20.x', region: 'us-east-1' };
  // JSON is YAML.
  await writeFile(path.join(folder, 'serverless.yml'), JSON.stringify({ service: 'bench', provider, functions, custom, plugins: ['serverless-offline'] }));
  return folder;
}

/** Its command for a first call, as it keeps nothing between two; its function `execute`, in this process, for later ones. */
async function lambdaLocal(world: World, modules: string): Promise<Way> {
  const [lambdaPath, event] = [path.join(world.folder, 'index.js'), path.join(world.folder, 'event.json')];
  await writeFile(event, '{}');
  const command = [path.join(modules, 'lambda-local/build/cli.js'), '-l', lambdaPath, '-h', 'handler', '-e', event, '-v', '0'];
  const tool = createRequire(path.join(modules, 'x.js'))('lambda-local') as { execute(options: object): Promise<unknown> };
  return {
    name: 'lambda-local',
    note: 'later calls in its own process: no isolation, no HTTP',
    first: () => promisify(execFile)(process.execPath, command),
    later: () => tool.execute({ event: {}, lambdaPath, lambdaHandler: 'handler', timeoutMs: 10_000, verboseLevel: 0 }),
  };
}

async function post(url: string): Promise<void> {
  const answer = await fetch(url, { method: 'POST', body: '{}' });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${text}`);
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
