import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { type Emulator, floor, type Language, languages, offline, ours, sources } from './emulators';
import { clock, type Figure, median } from './report';

const rounds = 14;
/** The first of each are for warming up. */
const ignored = 2;
const restMs = 150;
const calls = 300;
const burst = 800;
const bursts = 9;
const inFlight = 8;

/** The local runtime against the least that can be. */
export function floorFigures(): Promise<Figure[]> {
  return compare(async (folder) => [await floor(folder)]);
}

/** The local runtime against the least that can be and against what others use. */
export function peerFigures(): Promise<Figure[]> {
  return compare(async (folder) => {
    const peer = await offline(folder, rounds).catch((error: unknown) => void console.log(`Left out serverless-offline: ${String(error)}`));
    return [await floor(folder), ...(peer ? [peer] : [])];
  });
}

/** Call by call in turn, so that all see the machine equally busy. */
async function compare(others: (folder: string) => Promise<Emulator[]>): Promise<Figure[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'function-deck-bench-'));
  for (const [name, text] of Object.entries(sources)) await writeFile(path.join(folder, name), text);
  const all = [await ours(), await ours('without spares', ['--no-spares']), ...(await others(folder))];
  try {
    const figures: Figure[] = [];
    for (const language of languages) figures.push(...(await cold(all, language)));
    for (const language of languages) figures.push(...(await warm(all, language)));
    for (const language of languages) figures.push(...(await throughput(all, language)));
    return figures;
  } finally {
    for (const each of all) await each.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

type Limits = Readonly<Record<string, Figure['limit']>>;

/** Of a function that has not run before, over HTTP. */
async function cold(all: readonly Emulator[], language: Language): Promise<Figure[]> {
  const times = all.map((): number[] => []);
  const agent = new Agent({ keepAlive: true });
  for (let round = 1; round < rounds; round++) {
    for (const [i, each] of inTurn(all, round)) {
      const name = await each.fresh(language, round);
      await sleep(restMs);
      times[i]!.push(await clock(() => post(each, name, agent)));
      await each.drop?.(name);
    }
  }
  agent.destroy();
  const limits: Limits = language === 'node' ? { floor: { must: 1.25, aim: 0.3 }, 'serverless-offline': { must: 1.25, aim: 0.25 } } : { floor: { must: 1.25, aim: 0.25 }, 'serverless-offline': { must: 1.25, aim: 0.12 } };
  return rows(`cold ${language}, HTTP`, 'ms', all, times, limits);
}

/** There and back: what one leaves to be done when it has answered is not always at the cost of the same other. */
function inTurn<T>(all: readonly T[], round: number): (readonly [number, T])[] {
  const entries = [...all.entries()];
  return round % 2 ? entries.reverse() : entries;
}

async function warm(all: readonly Emulator[], language: Language): Promise<Figure[]> {
  const clients = all.map(({ endpoint, key }) => new LambdaClient({ endpoint, region: 'us-east-1', credentials: { accessKeyId: key, secretAccessKey: key }, maxAttempts: 1 }));
  const names = await Promise.all(all.map((each) => each.fresh(language, 0)));
  const times = all.map((): number[] => []);
  for (let n = 0; n < calls; n++) {
    for (const [i, client] of inTurn(clients, n)) {
      const command = new InvokeCommand({ FunctionName: names[i], Payload: Buffer.from(`{"n":${n}}`) });
      const time = await clock(() => client.send(command));
      if (n >= calls / 6) times[i]!.push(time);
    }
  }
  for (const client of clients) client.destroy();
  return rows(`warm ${language}, SDK, one by one`, 'ms', all, times, { floor: { must: 1.1, aim: 0.75 }, 'serverless-offline': { must: 1.1, aim: 0.7 } });
}

async function throughput(all: readonly Emulator[], language: Language): Promise<Figure[]> {
  const agents = all.map(() => new Agent({ keepAlive: true, maxSockets: inFlight }));
  const names = all.map(({ name }) => (name === 'serverless-offline' ? `bench-dev-${language}0` : `${language}-0`));
  const rates = all.map((): number[] => []);
  for (let n = 0; n < bursts + ignored; n++) {
    for (const [i, each] of inTurn(all, n)) {
      await sleep(restMs);
      let left = burst;
      const one = async (): Promise<void> => {
        while (left-- > 0) await post(each, names[i]!, agents[i]!);
      };
      const ms = await clock(() => Promise.all(Array.from({ length: inFlight }, one)));
      rates[i]!.push((burst / ms) * 1000);
    }
  }
  for (const agent of agents) agent.destroy();
  const figures = rows(`${inFlight} in flight, ${language}, HTTP`, 'calls/s', all, rates, { floor: { must: 1 }, 'serverless-offline': { must: 1.3, aim: 2 } });
  return figures.map((figure) => ({ ...figure, more: true }));
}

function rows(what: string, unit: string, all: readonly Emulator[], values: readonly (readonly number[])[], limits: Limits): Figure[] {
  const [own = 0, ...others] = values.map((each) => median(each.slice(ignored)));
  return others.map((value, i) => {
    const { name, note } = all[i + 1]!;
    return { what, ours: own, unit, peer: { name, value }, note, limit: limits[name] };
  });
}

async function post({ endpoint, key }: Emulator, name: string, agent: Agent): Promise<void> {
  const authorization = `AWS4-HMAC-SHA256 Credential=${key}/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0`;
  const response = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    const options = { agent, method: 'POST', headers: { authorization, 'content-type': 'application/json', 'content-length': 7 } };
    request(`${endpoint}/2015-03-31/functions/${name}/invocations`, options, resolve).on('error', reject).end('{"n":1}');
  });
  const body = (await buffer(response)).toString();
  if (response.statusCode !== 200 || !/"n":\s*1/.test(body)) throw new Error(`${endpoint} ${name} answered ${response.statusCode}: ${body}`);
}
