import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { diskUse } from '../../../src/providers/local/disk';
import { EventQueue, type RunEvent } from '../../../src/runtime/queue';
import { type QueuedEvent, writeEvent } from '../../../src/runtime/queuedEvent';
import { DiskRoom } from '../../../src/runtime/store/diskRoom';
import { DiskUse } from '../../../src/runtime/store/diskUse';
import { LetterBox } from '../../../src/runtime/store/letters';
import { Message } from '../../../src/runtime/store/queueMessage';
import { Messages } from '../../../src/runtime/store/queueMessages';
import { QueueStore } from '../../../src/runtime/store/queues';
import { eventually } from './harness';

describe('what the local runtime keeps on disk', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'runtime-test-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is measured and shown, with the place', async () => {
    assert.deepEqual(await diskUse(folder), {});
    mkdirSync(path.join(folder, 'code', 'a'.repeat(64)), { recursive: true });
    writeFileSync(path.join(folder, 'code', 'a'.repeat(64), 'index.js'), Buffer.alloc(2_000_000));
    writeFileSync(path.join(folder, 'code', `${'a'.repeat(64)}.zip`), Buffer.alloc(1_200_000));
    const disk = new DiskUse(folder);
    assert.equal(await disk.measure(), 3_200_000);
    assert.deepEqual(await diskUse(folder), { description: '3.2 MB on disk', details: `Functions, logs and packages: 3.2 MB on disk, in ${folder}` });
    // A package does not change; what is beside it does.
    writeFileSync(path.join(folder, 'code', 'a'.repeat(64), 'more.js'), Buffer.alloc(1000));
    mkdirSync(path.join(folder, 'logs', 'x'), { recursive: true });
    writeFileSync(path.join(folder, 'logs', 'x', 'y.log'), Buffer.alloc(500_000));
    assert.equal(await disk.measure(), 3_700_000);
    assert.match(readFileSync(path.join(folder, 'disk.json'), 'utf8'), /3700000/);
  });

  it('is told only in its own words', async () => {
    for (const text of ['', '{', '{"bytes":-1}', '{"bytes":"1"}', `{"bytes":1${'0'.repeat(20)}}`, 'null']) {
      writeFileSync(path.join(folder, 'disk.json'), text);
      assert.deepEqual(await diskUse(folder), {}, text);
    }
  });

  it('has no more than 64 MB of letters for one target, the newest', async () => {
    const letters = new LetterBox(folder);
    const files: string[] = [];
    for (const id of ['a', 'b', 'c', 'd']) {
      files.push(path.basename(await letters.put('queue', id, 'x'.repeat(25_000_000))));
      await new Promise((resolve) => setTimeout(resolve, 2)); // letters of one millisecond have no order
    }
    assert.deepEqual(readdirSync(path.join(folder, 'queue')).sort(), files.slice(2).sort());
  });

  describe('events that wait', () => {
    const limits = { events: 5, bytes: 3000 };
    const event = (requestId: string, bytes = 0) => ({ name: 'f', call: { requestId, arn: '', traceId: '', payload: Buffer.alloc(bytes) } });
    const refused = { name: 'ApiError', status: 429, type: 'TooManyRequestsException', details: { Reason: 'CallerRateLimitExceeded' } };
    const waits = async (one: QueuedEvent) => ({ event: one, afterMs: 60_000 });
    const open = (run: RunEvent = waits) => new EventQueue(folder, run, assert.fail, limits);

    it('are no more than they may be, also those of an earlier run', async () => {
      for (const id of ['a', 'b', 'c', 'd', 'e']) writeFileSync(path.join(folder, `${id}.json`), writeEvent({ ...event(id), due: Date.now() + 60_000 }));
      const queue = open();
      await assert.rejects(queue.add(event('f')), refused);
      await queue.resume();
      await assert.rejects(queue.add(event('f')), { ...refused, message: '5 events wait already: wait until some have run.' });
      assert.equal(readdirSync(folder).length, 5);
      queue.close();
    });

    it('have no more bytes than they may, also after a restart, and takes more when some have run', async () => {
      const first = open();
      await first.add(event('a', 1500));
      await assert.rejects(first.add(event('b', 1500)), { ...refused, message: 'The events that wait already take the 3.0 kB that they may: wait until some have run.' });
      await first.add(event('c'));
      first.close();
      assert.deepEqual(readdirSync(folder).sort(), ['a.json', 'c.json']);
      const ran = new Set<string>();
      const again = open(async ({ call }) => void ran.add(call.requestId));
      // Not read yet, but there.
      await assert.rejects(again.add(event('b', 1500)), refused);
      await again.resume();
      await eventually(() => readdirSync(folder).length === 0, 'all to be run');
      assert.deepEqual([...ran].sort(), ['a', 'c']);
      await again.add(event('b', 1500));
      await eventually(() => ran.has('b') && readdirSync(folder).length === 0, 'the refused one to be run');
      again.close();
    });

    it('may be the result of one that has run although they are too many, and not without end', async () => {
      const queue = open();
      for (const id of ['a', 'b', 'c', 'd', 'e']) await queue.add(event(id));
      await assert.rejects(queue.add(event('f')), refused);
      for (const id of ['f', 'g', 'h', 'i', 'j']) await queue.addResult(event(id));
      await assert.rejects(queue.addResult(event('k')), refused);
      queue.close();
      rmSync(folder, { recursive: true });
      const large = open();
      await large.add(event('a', 1500));
      await large.addResult(event('b', 1500));
      await assert.rejects(large.addResult(event('c', 1500)), refused);
      large.close();
    });

    it('are run once, though the disk does not let go of them', async () => {
      const warned: string[] = [];
      let runs = 0;
      const run = async () => {
        runs += 1;
        // A folder is not removed as a file is.
        rmSync(path.join(folder, 'a.json'));
        mkdirSync(path.join(folder, 'a.json'));
        return undefined;
      };
      const queue = new EventQueue(folder, run, (line) => warned.push(line), limits);
      await queue.add(event('a'));
      await eventually(() => !queue.busy, 'it to be run');
      assert.deepEqual([runs, warned.length], [1, 1]);
      assert.match(warned[0] ?? '', /a\.json cannot be removed, and will be run again after the next start/);
      queue.close();
    });

    it('wait no longer because the clock was set back', async () => {
      const due = Date.now() + 1e9;
      const { call, name } = event('a');
      writeFileSync(path.join(folder, 'a.json'), writeEvent({ name, call, due }));
      const asked: number[] = [];
      const later = setTimeout;
      globalThis.setTimeout = ((work: () => void, ms: number) => later(work, (asked.push(ms), ms))) as typeof setTimeout;
      const queue = open();
      await queue.resume().finally(() => (globalThis.setTimeout = later));
      queue.close();
      assert.deepEqual(asked, [300_000]);
    });
  });

  it('has letters of no more than some bytes: who got none for longest loses them', async () => {
    let sent = 0;
    const put = (box: LetterBox, target: string) => box.put(target, String((sent += 1)), 'x'.repeat(1000));
    const first = new LetterBox(folder, 3500);
    for (const target of ['a', 'b', 'c', 'a']) await put(first, target);
    assert.deepEqual(readdirSync(folder).sort(), ['a', 'c']);
    const again = new LetterBox(folder, 3500);
    for (const target of ['d', 'e']) await put(again, target);
    assert.deepEqual(readdirSync(folder).sort(), ['d', 'e']);
  });

  it('has queues of no more than some bytes together', async () => {
    const open = () => QueueStore.open(path.join(folder, 'queues'), new LetterBox(folder), assert.fail, 5000);
    const make = (store: QueueStore, name: string) => store.create({ format: 1, name, region: 'local', created: 0, changed: 0, attributes: {} });
    const full = { name: 'QueueFull', message: 'All local queues together hold 5.0 kB at most: receive or purge some messages.' };
    const body = 'x'.repeat(2000);
    const first = await open();
    const [one, two] = [await make(first, 'one'), await make(first, 'two.fifo')];
    await one.messages.send({ body }, 0);
    const { id } = await two.messages.send({ body, group: 'g', sameAs: 's' }, 0);
    await assert.rejects(one.messages.send({ body }, 0), full);
    assert.equal(one.messages.counts().ready, 1);
    // What another queue gave up has yet to go from there.
    await one.messages.send({ body, from: 'two' }, 0);
    await one.messages.expire(Infinity);
    first.close();
    const again = await open();
    const messages = again.get('two.fifo')?.messages;
    assert.ok(messages);
    // One that keeps order has to know a while what was sent.
    await messages.delete(id);
    assert.equal((await messages.send({ body, group: 'g', sameAs: 's' }, 0))?.id, id);
    await again.get('one')?.messages.send({ body }, 0);
    await assert.rejects(messages.send({ body, group: 'g', sameAs: 't' }, 0), full);
    await again.remove('one');
    await messages.send({ body, group: 'g', sameAs: 't' }, 0);
    again.close();
  });

  it('has no message that was deleted long ago, though the same is sent again', async () => {
    const room = new DiskRoom(10_000);
    const content = { format: 1, id: randomUUID(), order: 1, sent: Date.now() - 600_000, body: 'x', group: 'g', sameAs: 's' } as const;
    const old = new Message(folder, content, 0);
    writeFileSync(`${old.file}.done`, JSON.stringify(content));
    const messages = await Messages.open(folder, true, room);
    const { id } = await messages.send({ body: 'y', group: 'g', sameAs: 's' }, 0);
    assert.notEqual(id, content.id);
    assert.deepEqual(readdirSync(folder).filter((name) => !name.includes(id)), []);
  });
});
