import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FunctionRef, LogEvent } from '../../src/core/provider';
import { messageOf, toLogEvent } from '../../src/providers/gcp/logEntry';
import { provider } from '../../src/providers/gcp/provider';
import { type FakeProject, type GoogleOptions, type LogEntry } from '../fakes/google';
import { type GoogleCloud, startGoogleCloud, useGoogleHome } from '../fakes/googleCloud';
import { fakeHost } from '../fakes/host';

const run = (name: string, more: LogEntry = {}): LogEntry => ({ textPayload: 'line', resource: { type: 'cloud_run_revision', labels: { project_id: 'p', location: 'europe-west1', service_name: name, revision_name: `${name}-00001-abc` } }, ...more });

interface World {
  readonly cloud: GoogleCloud;
  readonly project: FakeProject;
  readonly lists: () => number;
  /** What a tail hands out, until so many events have come; then it is left. */
  readonly tail: (name: string, count: number, since?: Date) => Promise<readonly LogEvent[]>;
  /** Everything up to now. */
  readonly look: (name: string) => Promise<readonly LogEvent[]>;
}

async function withGoogle(options: GoogleOptions, work: (world: World) => Promise<void>): Promise<void> {
  const cloud = await startGoogleCloud('authorized_user', options);
  const restore = useGoogleHome(cloud.variables);
  const gcp = provider(fakeHost({ 'gcp.endpoint': cloud.google.url, 'tail.pollSeconds': 0.05 }));
  const ref = (name: string): FunctionRef => ({ provider: 'gcp', scope: 'tail-project/europe-west1', name });
  const collect = async (name: string, count: number, since: Date, until?: Date): Promise<readonly LogEvent[]> => {
    const stop = new AbortController();
    const events: LogEvent[] = [];
    for await (const batch of gcp.tail(ref(name), since, { signal: stop.signal, until })) {
      events.push(...batch);
      if (events.length >= count) break;
    }
    stop.abort();
    return events;
  };
  const recently = (): Date => new Date(Date.now() - 60_000);
  try {
    await work({
      cloud,
      project: cloud.google.project('tail-project'),
      lists: () => cloud.google.seen('POST', /entries:list$/).length,
      tail: async (name, count, since = recently()) => collect(name, count, since),
      look: async (name) => collect(name, Infinity, recently(), new Date()),
    });
  } finally {
    restore();
    await cloud.stop();
  }
}

const messages = (events: readonly LogEvent[]): readonly string[] => events.map(({ message }) => message);

describe('the logs of Google', () => {
  it('come from the function alone, whatever its name, its generation and the log that it writes to', async () => {
    await withGoogle({}, async ({ project, look }) => {
      project.addFunction('europe-west1', 'My_Function');
      project.addGen1('europe-west1', 'Old_One');
      project.addRunService('europe-west1', 'bare', { functionTarget: 'handler' });
      project.write(run('my-function', { textPayload: 'stdout' }));
      project.write(run('my-function', { textPayload: 'own log', logName: 'projects/tail-project/logs/my-own-log' }));
      project.write(run('my-function-2', { textPayload: 'another function' }));
      project.write(run('bare', { textPayload: 'of the service' }));
      const old = { type: 'cloud_function', labels: { region: 'europe-west1', function_name: 'Old_One' } };
      project.write({ textPayload: 'of the first generation', logName: 'projects/tail-project/logs/cloudfunctions.googleapis.com%2Fcloud-functions', resource: old });
      const [mine, olds, bares, none] = await Promise.all(['My_Function', 'Old_One', 'bare', 'never-was'].map(look));
      assert.deepEqual(messages(mine ?? []), ['stdout', 'own log']);
      assert.deepEqual(messages(olds ?? []), ['of the first generation']);
      assert.deepEqual(messages(bares ?? []), ['of the service']);
      assert.deepEqual(none, []);
    });
  });

  it('come page by page, late ones too, none lost and none twice', async () => {
    await withGoogle({}, async ({ project, tail }) => {
      project.addFunction('europe-west1', 'busy');
      const at = Date.now() - 20_000;
      const numbers = Array.from({ length: 1_200 }, (_, i) => i);
      // Ids are unique only together with the time.
      for (const i of numbers) project.write(run('busy', { textPayload: String(i), insertId: String(i % 7), timestamp: new Date(at + i).toISOString() }));
      setTimeout(() => project.write(run('busy', { textPayload: 'late', timestamp: new Date(at + 19_000).toISOString() })), 300);
      const events = await tail('busy', 1_201);
      assert.deepEqual(messages(events), [...numbers.map(String), 'late']);
    });
  });

  it('are asked for together, and one tail that ends leaves the others undisturbed', async () => {
    await withGoogle({}, async ({ project, cloud, tail }) => {
      for (const name of ['one', 'two', 'three']) {
        project.addFunction('europe-west1', name);
        project.write(run(name, { textPayload: `first of ${name}` }));
      }
      setTimeout(() => project.write(run('two', { textPayload: 'second' })), 400);
      const [one, two, three] = await Promise.all([tail('one', 1), tail('two', 2), tail('three', 1)]);
      assert.deepEqual([messages(one), messages(two), messages(three)], [['first of one'], ['first of two', 'second'], ['first of three']]);
      const filters = cloud.google.seen('POST', /entries:list$/).map(({ body }) => (JSON.parse(body) as { filter: string }).filter);
      // Whichever come at the same time share a request; how many that are is up to the machine's load.
      assert.ok(filters.some((filter) => /service_name=\("\w+" OR /.test(filter)), filters.join('\n'));
    });
  });

  it('go on after the quota was used up, with nothing lost', async () => {
    await withGoogle({ logReads: { count: 3, windowMs: 1_500 } }, async ({ project, cloud, tail, lists }) => {
      project.addFunction('europe-west1', 'quoted');
      project.write(run('quoted', { textPayload: 'before' }));
      const writing = (async () => {
        await sleep(1_000);
        project.write(run('quoted', { textPayload: 'during' }));
      })();
      const following = tail('quoted', 2);
      // Somebody else asks too.
      for (let i = 0; i < 4; i += 1) await fetch(`${cloud.google.url}/v2/entries:list`, { method: 'POST', headers: { authorization: `Bearer ${cloud.google.token}`, 'content-type': 'application/json' }, body: '{"resourceNames":["projects/tail-project"]}' });
      const events = await following;
      await writing;
      const refused = cloud.google.seen('POST', /entries:list$/).filter(({ status }) => status === 429).length;
      assert.ok(refused > 0, `${lists()} requests, none refused`);
      assert.deepEqual(messages(events.filter(({ mark }) => mark === undefined)), ['before', 'during']);
    });
  });
});

describe('an entry of a Google log', () => {
  const at = { timestamp: '2026-01-01T00:00:00.123456789Z', receiveTimestamp: '2026-01-01T00:00:01Z', insertId: 'i' };

  it('becomes a log event with its id, its times, its severity, its stream and who wrote it', () => {
    const entry = run('f', { ...at, severity: 'NOTICE', logName: 'projects/p/logs/run.googleapis.com%2Fstdout' });
    assert.deepEqual(toLogEvent(entry), {
      id: '2026-01-01T00:00:00.123456789Z i',
      at: new Date('2026-01-01T00:00:00.123Z'),
      ingestedAt: new Date('2026-01-01T00:00:01Z'),
      message: 'line',
      stream: 'f-00001-abc',
      severity: 'info',
      origin: 'function',
    });
    const severity = (name: string): unknown => toLogEvent({ ...at, severity: name })?.severity;
    assert.deepEqual(['DEFAULT', 'DEBUG', 'WARNING', 'CRITICAL', 'constructor'].map(severity), [undefined, 'debug', 'warning', 'error', undefined]);
    const origin = (logName: string, textPayload = ''): unknown => toLogEvent({ ...at, logName, textPayload })?.origin;
    assert.deepEqual(['run.googleapis.com%2Frequests', 'run.googleapis.com%2Fvarlog%2Fsystem', 'cloudaudit.googleapis.com%2Fsystem_event', 'run.googleapis.com%2Fstderr'].map((log) => origin(`projects/p/logs/${log}`)), ['request', 'platform', 'platform', 'function']);
    assert.equal(origin('projects/p/logs/run.googleapis.com%2Fstdout', 'Default STARTUP TCP probe succeeded after 1 attempt for container "worker" on port 8080.'), 'platform');
    assert.equal(toLogEvent({ insertId: 'i' }), undefined);
  });

  it('reads as one text whatever it holds', () => {
    assert.equal(messageOf({ jsonPayload: { message: 'paid', order: 7 } }), 'paid {"order":7}');
    assert.equal(messageOf({ jsonPayload: { message: 'plain' } }), 'plain');
    assert.equal(messageOf({ jsonPayload: { order: 7 } }), '{"order":7}');
    assert.equal(messageOf({ httpRequest: { requestMethod: 'GET', status: 200, latency: '0.0123s', requestUrl: 'https://f.run.app/path?q=1' } }), 'GET 200 12 ms /path?q=1');
    assert.equal(messageOf({ protoPayload: { methodName: 'google.cloud.run.v1.Services.ReplaceService', resourceName: 'services/f', authenticationInfo: { principalEmail: 'a@b.c' }, status: { message: 'denied' } } }), 'google.cloud.run.v1.Services.ReplaceService services/f by a@b.c: denied');
    assert.equal(messageOf({}), '');
  });
});
