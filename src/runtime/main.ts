import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { version } from '../../package.json';
import { findBrought } from '../core/packaging/esbuild';
import { concurrency } from './api/account';
import type { World } from './api/call';
import { runEvent } from './api/runEvent';
import { Updates } from './api/updates';
import { openUrls } from './api/urlConfig';
import { parseArguments, usage, type Arguments } from './arguments';
import { limitCompiled } from './engine/compiled';
import { Engine } from './engine/engine';
import { Interpreters } from './engine/interpreters';
import { Journal } from './engine/journal';
import type { OwnApi } from './engine/ownApi';
import { killLeft } from './engine/processTree';
import { Spares } from './engine/spares';
import { Watchdog } from './engine/watchdog';
import { Guard } from './http/guard';
import { Queries } from './insights/queries';
import { Instance, liveConnection, type Connection } from './instance';
import { Leases } from './leases';
import { LiveFolders } from './live/liveFolders';
import { takeLog } from './log';
import { EventQueue } from './queue';
import { serve } from './http/server';
import { CodeStore } from './store/code';
import { diskSentence } from './store/diskError';
import { DiskUse } from './store/diskUse';
import { removeDrafts } from './store/drafts';
import { NewerFormat, readFormat } from './store/format';
import { FunctionStore } from './store/functions';
import { LayerStore } from './store/layers';
import { LetterBox } from './store/letters';
import { LogAccount } from './store/logAccount';
import { LogStore } from './store/logs';
import { MetricStore } from './store/metrics';
import { migrate } from './store/migrate';
import { note } from './store/note';
import { QueueStore } from './store/queues';
import { TriggerStore } from './store/triggers';
import { usedCode } from './store/usedCode';
import { Subscriptions } from './subscriptions';
import { Triggers } from './trigger/triggers';
import { takeTurns } from './turns';
import { answerUrl } from './url/answer';
import { UrlPorts } from './url/ports';
import { warn } from './warn';

const linkMs = 10 * 60_000;

async function start(args: Arguments): Promise<void> {
  const folder = path.resolve(args.data);
  const instance = await claim(folder);
  if (!(instance instanceof Instance)) return print(instance);
  takeTurns();
  await migrate(folder, warn);
  await removeDrafts(folder);
  // Of a runtime that was killed together with what watched over it.
  await Promise.all(Journal.read(path.join(folder, 'processes')).map(killLeft));
  const token = args.token ?? `FD${randomBytes(24).toString('hex').toUpperCase()}`;
  const guard = new Guard(token);
  const address = { endpoint: '', key: token };
  const world = await makeWorld(args, guard, address);
  world.subscriptions.start();
  const leases = new Leases(() => world.engine.busy || world.queue.busy);
  const server = await serve({ guard, world, leases, version }, args.port);
  address.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const connection = { endpoint: address.endpoint, accessKeyId: token, secretAccessKey: token, region: 'local' };
  if (args.log) await takeLog(args.log, folder);
  await instance.announce(connection);
  const stop = stopper(server, world, instance);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  if (args.leased) leases.watch(stop);
  await openUrls(world);
  print(connection);
  new DiskUse(folder).start(warn);
  for (const runtime of new Set(world.functions.list().map((record) => record.latest.runtime))) world.engine.find(runtime);
  // It is in use by now, which is not ended by what it does beside that.
  await limitCompiled(path.join(folder, 'compiled')).catch((error: unknown) => warn(`What Node compiled could not be limited: ${String(error)}`));
  await world.queue.resume().catch((error: unknown) => warn(`The events that wait could not be read: ${String(error)}`));
  world.triggers.start();
}

// One that lives may be newer and have brought the folder up: whoever asks for a runtime can use it all the same.
async function claim(folder: string): Promise<Instance | Connection> {
  try {
    await readFormat(folder);
  } catch (error) {
    const live = error instanceof NewerFormat && (await liveConnection(folder));
    if (live) return live;
    throw error;
  }
  return Instance.claim(folder);
}

function print(connection: Connection): void {
  process.stdout.write(`${JSON.stringify(connection)}\n`);
}

async function makeWorld(args: Arguments, guard: Guard, address: OwnApi): Promise<World> {
  const at = (name: string) => path.join(path.resolve(args.data), name);
  const functions = await FunctionStore.open(at('functions'), warn);
  const code = new CodeStore(at('code'));
  const logs = new LogStore(at('logs'), warn);
  const logAccount = new LogAccount(at('log-account.json'), warn);
  const layers = await LayerStore.open(at('layers'), warn);
  await code.keepOnly(usedCode(functions, layers));
  // Beside this file, in dist/ as in the sources.
  const bootstrap = path.join(__dirname, 'bootstrap');
  const tools = { bootstrap, interpreters: new Interpreters(args), watchdog: new Watchdog(path.join(__dirname, 'watch.js'), at('processes'), warn), spares: new Spares(args.spares), compiled: at('compiled'), own: args.endpoints ? address : undefined, warn };
  const engine = new Engine(concurrency, logs, tools);
  const live = new LiveFolders({ data: at('live'), esbuild: findBrought(__dirname), retire: (revision) => engine.retire(revision), tell: (group, line) => note(logs, group, line) });
  await live.keepOnly(functions.list().map((record) => record.latest));
  const queue = new EventQueue(at('events'), (event) => runEvent(world, event), warn);
  const codeUrl = (sha256: string) => link(guard, address.endpoint, sha256);
  const letters = new LetterBox(at('letters'));
  const urls = new UrlPorts((...visit) => void answerUrl(world, guard, ...visit));
  const metrics = new MetricStore(at('metrics'), warn);
  const queues = await QueueStore.open(at('queues'), letters, warn);
  const triggers = new Triggers(await TriggerStore.open(at('triggers'), warn), path.resolve(args.data), () => world);
  const subscriptions = new Subscriptions(() => world);
  const world: World = { updates: new Updates(), functions, code, layers, logs, logAccount, queries: new Queries(), metrics, engine, live, queue, letters, queues, subscriptions, triggers, urls, codeUrl, warn };
  return world;
}

function link(guard: Guard, endpoint: string, sha256: string): string {
  const code = Buffer.from(sha256, 'base64').toString('hex');
  const until = Date.now() + linkMs;
  return `${endpoint}/function-deck/code/${code}?until=${until}&signature=${guard.sign(code, until)}`;
}

function stopper(server: Server, world: World, instance: Instance): () => void {
  let stopping = false;
  return () => {
    if (stopping) return;
    stopping = true;
    server.close();
    world.urls.closeAll();
    world.triggers.close();
    world.queues.close();
    world.queue.close();
    world.live.close();
    const done = world.engine.close().then(() => world.subscriptions.close()).then(() => world.logs.close()).then(() => world.metrics.flush()).then(() => instance.release());
    done.catch((error: unknown) => warn(String(error))).finally(() => process.exit(0));
  };
}

function fail(error: unknown): void {
  process.stderr.write(`${diskSentence(error) ?? (error instanceof Error ? error.message : String(error))}\n`);
  process.exit(1);
}

// Whoever started this may be gone while others still use it: then nobody reads these lines, and that is no failure.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => stream.destroy());
try {
  start(parseArguments(process.argv.slice(2))).catch(fail);
} catch (error) {
  process.stderr.write(`${usage}\n`);
  fail(error);
}
