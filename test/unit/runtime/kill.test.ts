import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { CreateLogGroupCommand, CreateLogStreamCommand, DescribeLogGroupsCommand, FilterLogEventsCommand, PutLogEventsCommand, PutRetentionPolicyCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateAliasCommand, CreateFunctionCommand, DeleteFunctionCommand, GetFunctionCommand, InvokeCommand, ListAliasesCommand, ListVersionsByFunctionCommand, PublishVersionCommand, TagResourceCommand,
  UpdateAliasCommand, UpdateFunctionCodeCommand, UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { readProc } from '../../../src/runtime/engine/processTable';
import { eventually, role, RunningRuntime, runtimeFile, zip } from './harness';

/** Fewer with `KILLS=20`, for who waits. */
const kills = Number(process.env.KILLS ?? 200);

// The same each time, so that what fails can be looked at.
let seed = 20260101;
function random(below: number): number {
  seed = (seed * 1103515245 + 12345) % 2147483648;
  return Math.floor((seed / 2147483648) * below);
}

const packages = Array.from({ length: 6 }, (_, index) => Buffer.from(zip({ 'index.js': `exports.handler = async () => ${index};`, 'pad.txt': 'x'.repeat(index * 40_000) })));
const shas = packages.map((one) => createHash('sha256').update(one).digest('base64'));

interface Shape {
  readonly sha: string;
  readonly description: string;
  readonly versions: readonly string[];
  readonly alias: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** What was acknowledged, and what was asked for but not answered: after a kill it is the one or the other. */
class Known<T> {
  #asked: { readonly value: T } | undefined;

  constructor(public value: T) {}

  async change(value: T, work: () => Promise<unknown>): Promise<void> {
    this.#asked = { value };
    while (await isTooSoon(work)) await sleep(20);
    this.value = value;
    this.#asked = undefined;
  }

  check(found: T, what: string): void {
    const allowed = [this.value, ...(this.#asked ? [this.#asked.value] : [])];
    assert.ok(allowed.some((one) => isDeepStrictEqual(one, found)), `${what}: found ${JSON.stringify(found)}, not ${allowed.map((one) => JSON.stringify(one)).join(' or ')}`);
    this.value = found;
    this.#asked = undefined;
  }
}

/** Whether the change before it has not come to its end. */
async function isTooSoon(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return false;
  } catch (error) {
    if (error instanceof Error && /An update is in progress/.test(error.message)) return true;
    throw error;
  }
}

/** Changes one function in every way, one change after the other. */
class FunctionWork {
  readonly #known = new Known<Shape | undefined>(undefined);
  #count = 0;

  constructor(readonly name: string) {}

  async step({ lambda }: RunningRuntime): Promise<void> {
    const FunctionName = this.name;
    const now = this.#known.value;
    const pick = random(packages.length);
    const ZipFile = packages[pick];
    const sha = shas[pick] ?? '';
    if (!now) return this.#known.change({ sha, description: '', versions: [], alias: undefined, tags: {} }, () => lambda.send(new CreateFunctionCommand({ FunctionName, Role: role, Runtime: 'nodejs20.x', Handler: 'index.handler', Code: { ZipFile } })));
    const description = `d${this.#count++}`;
    const published = `${now.sha} ${now.description}`;
    const last = String(now.versions.length);
    const key = `t${random(3)}`;
    const tags = Object.fromEntries(Object.entries({ ...now.tags, [key]: description }).sort());
    const changes: readonly (() => Promise<void>)[] = [
      () => this.#known.change({ ...now, sha }, () => lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile }))),
      () => this.#known.change({ ...now, description }, () => lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Description: description }))),
      () => this.#known.change({ ...now, versions: now.versions.at(-1) === published ? now.versions : [...now.versions, published] }, () => lambda.send(new PublishVersionCommand({ FunctionName }))),
      () => this.#known.change({ ...now, alias: last }, () => (now.alias ? lambda.send(new UpdateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: last })) : lambda.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: last })))),
      () => this.#known.change({ ...now, tags }, () => lambda.send(new TagResourceCommand({ Resource: `arn:aws:lambda:eu-west-1:000000000000:function:${FunctionName}`, Tags: { [key]: description } }))),
      () => this.#known.change(undefined, () => lambda.send(new DeleteFunctionCommand({ FunctionName }))),
    ];
    const choice = random(12);
    if (choice === 3 && !now.versions.length) return;
    await (changes[choice] ?? changes[choice % 3])?.();
  }

  async check(runtime: RunningRuntime): Promise<void> {
    this.#known.check(await this.#read(runtime), this.name);
  }

  async #read({ lambda }: RunningRuntime): Promise<Shape | undefined> {
    const FunctionName = this.name;
    const found = await lambda.send(new GetFunctionCommand({ FunctionName })).catch((error: Error) => {
      assert.equal(error.name, 'ResourceNotFoundException');
      return undefined;
    });
    if (!found) return undefined;
    const bytes = Buffer.from(await (await fetch(found.Code?.Location ?? '')).arrayBuffer());
    assert.equal(createHash('sha256').update(bytes).digest('base64'), found.Configuration?.CodeSha256, 'its package is whole');
    const { Versions = [] } = await lambda.send(new ListVersionsByFunctionCommand({ FunctionName }));
    const { Aliases = [] } = await lambda.send(new ListAliasesCommand({ FunctionName }));
    return {
      sha: found.Configuration?.CodeSha256 ?? '',
      description: found.Configuration?.Description ?? '',
      versions: Versions.filter((one) => one.Version !== '$LATEST').map((one) => `${one.CodeSha256} ${one.Description}`),
      alias: Aliases[0]?.FunctionVersion,
      tags: Object.fromEntries(Object.entries(found.Tags ?? {}).sort()),
    };
  }
}

const place = { logGroupName: 'notes', logStreamName: 'one' };

/** Writes log events of its own, and how long they are to be kept. */
class LogWork {
  readonly #retention = new Known<number | undefined>(undefined);
  readonly #written: string[] = [];
  readonly #ids = new Map<string, string>();
  #asked: readonly string[] = [];
  #count = 0;

  async step({ logs }: RunningRuntime): Promise<void> {
    if (random(6) === 0) {
      const retentionInDays = [731, 1827, 3653][random(3)];
      return this.#retention.change(retentionInDays, () => logs.send(new PutRetentionPolicyCommand({ ...place, retentionInDays })));
    }
    this.#asked = Array.from({ length: 1 + random(4) }, () => `note ${this.#count++} ${'x'.repeat(random(2000))}`);
    await logs.send(new PutLogEventsCommand({ ...place, logEvents: this.#asked.map((message) => ({ timestamp: Date.now(), message })) }));
    this.#written.push(...this.#asked);
    this.#asked = [];
  }

  async check(runtime: RunningRuntime): Promise<void> {
    const found: string[] = [];
    for (let nextToken: string | undefined, first = true; first || nextToken; first = false) {
      const page = await runtime.logs.send(new FilterLogEventsCommand({ logGroupName: place.logGroupName, nextToken }));
      for (const { message = '', eventId = '' } of page.events ?? []) {
        found.push(message);
        assert.equal(this.#ids.get(message) ?? eventId, eventId, 'an event keeps its id');
        this.#ids.set(message, eventId);
      }
      nextToken = page.nextToken;
    }
    const more = this.#asked.filter((message) => found.includes(message));
    assert.deepEqual([...found].sort(), [...this.#written, ...more].sort(), 'each event once');
    this.#written.push(...more);
    this.#asked = [];
    assert.equal(new Set(this.#ids.values()).size, this.#ids.size, 'no id twice');
    const { logGroups } = await runtime.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: 'notes' }));
    this.#retention.check(logGroups?.[0]?.retentionInDays, 'retention');
  }
}

/** Has events run that nobody waits for. */
class EventWork {
  readonly accepted: number[] = [];
  #count = 0;

  async step({ lambda }: RunningRuntime): Promise<void> {
    const n = this.#count++;
    const { StatusCode } = await lambda.send(new InvokeCommand({ FunctionName: 'runner', InvocationType: 'Event', Payload: Buffer.from(JSON.stringify({ n })) }));
    assert.equal(StatusCode, 202);
    this.accepted.push(n);
    await sleep(10);
  }

  async check(runtime: RunningRuntime): Promise<void> {
    assert.equal((await runtime.call('runner', { n: -1 })).body, -1);
  }
}

describe('the local runtime: killed at any moment', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'runtime-test-'));
  const functions = ['one', 'two', 'three'].map((name) => new FunctionWork(name));
  const [logs, events] = [new LogWork(), new EventWork()];
  let running: RunningRuntime | undefined;
  const start = async () => (running = await RunningRuntime.start(folder));
  after(async () => {
    await running?.stop('SIGKILL', true);
    rmSync(folder, { recursive: true, force: true });
  });

  interface Worker {
    step(runtime: RunningRuntime): Promise<void>;
  }

  /** Steps until the runtime is killed; `begin` is told of each. */
  async function work(runtime: RunningRuntime, worker: Worker, begin: () => void): Promise<void> {
    try {
      for (; !runtime.child.killed; begin()) await worker.step(runtime);
    } catch (error) {
      const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
      if (!(error instanceof Error) || error instanceof assert.AssertionError || status !== undefined) throw error;
    }
  }

  /** All work at once, and the kill comes some milliseconds after so many steps. */
  async function workUntilKilled(runtime: RunningRuntime, steps: number): Promise<void> {
    let left = steps;
    const enough = new Promise<void>((resolve) => {
      const begin = () => void (left-- || resolve());
      begin();
      working.push(...[...functions, logs, events].map((worker) => work(runtime, worker, begin)));
    });
    await enough;
    await sleep(random(6));
    await runtime.stop('SIGKILL', true);
    await Promise.all(working.splice(0));
  }

  const working: Promise<void>[] = [];

  it(`${kills} times: nothing that was acknowledged is lost, nothing is there by half`, async function () {
    this.timeout(60_000 + kills * 10_000);
    const first = await start();
    await first.node('runner', 'exports.handler = async (e) => { console.log(`ran ${e.n}.`); return e.n; };');
    await first.logs.send(new CreateLogGroupCommand(place));
    await first.logs.send(new CreateLogStreamCommand(place));
    await first.stop('SIGKILL', true);
    for (let round = 0; round < kills; round++) {
      if (round % 5 === 4) await killWhileItStarts();
      const runtime = await start();
      for (const worker of [...functions, logs, ...(round % 5 ? [] : [events])]) await worker.check(runtime);
      await workUntilKilled(runtime, random(16));
      assert.deepEqual(runtime.stderr.filter((line) => /cannot be read|Error/.test(line)), []);
    }
  });

  async function killWhileItStarts(): Promise<void> {
    const child = spawn(process.execPath, [runtimeFile, '--data', folder], { stdio: 'ignore' });
    await sleep(30 + random(100));
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  it('and in the end every accepted event was run, no draft is left, and no process', async function () {
    const last = await start();
    for (const worker of [...functions, logs]) await worker.check(last);
    const missing = async () => {
      const ran = new Set((await last.events('runner')).map((event) => Number(/ran (\d+)\./.exec(event.message ?? '')?.[1])));
      return events.accepted.filter((n) => !ran.has(n));
    };
    await eventually(async () => !(await missing()).length, `all of ${events.accepted.length} are run`, 60_000);
    assert.ok(events.accepted.length >= kills / 2, String(events.accepted.length));
    // Drafts at the top may be of others who try to start, so they stay until they are a minute old.
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\/.*\.tmp$|(^|\/)(new|removed)-/.test(name));
    assert.deepEqual(names, []);
    const records = readdirSync(path.join(folder, 'functions')).map((name) => JSON.parse(readFileSync(path.join(folder, 'functions', name), 'utf8')) as unknown);
    assert.ok(records.length >= 1);
    await last.stop('SIGTERM', true);
    await eventually(() => !processesIn(folder).length, 'no process is left');
  });

  /** Those that run code in a folder; only Linux tells. */
  function processesIn(data: string): string[] {
    if (process.platform !== 'linux') return [];
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid && readProc(Number(name), 'environ')?.includes(data));
  }
});
