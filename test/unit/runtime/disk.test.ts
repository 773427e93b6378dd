import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { diskUse } from '../../../src/providers/local/disk';
import { EventQueue } from '../../../src/runtime/queue';
import { DiskUse } from '../../../src/runtime/store/diskUse';
import { LetterBox } from '../../../src/runtime/store/letters';

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

  it('has no more than ten thousand events that wait', async () => {
    for (let index = 0; index < 10_000; index++) {
      writeFileSync(path.join(folder, `${index}.json`), `{"name":"f","due":${Date.now() + 1e9},"call":{"requestId":"${index}","arn":"","traceId":""},"payload":""}`);
    }
    const queue = new EventQueue(folder, async () => undefined, assert.fail);
    await queue.resume();
    const call = { requestId: 'more', arn: '', traceId: '', payload: Buffer.alloc(0) };
    await assert.rejects(queue.add({ name: 'f', call }), { name: 'ApiError', status: 429, type: 'TooManyRequestsException' });
    assert.equal(readdirSync(folder).length, 10_000);
    queue.close();
  });
});
