import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FileChanges, settleMs } from '../../../src/runtime/trigger/fileChanges';
import { scanFolder } from '../../../src/runtime/trigger/folderScan';
import { triggers } from '../../../src/providers/local/triggers';
import { eventually, RunningRuntime } from './harness';

interface S3Record {
  readonly eventName: string;
  readonly s3: { readonly bucket: Record<string, unknown>; readonly object: { readonly key: string; readonly size?: number; readonly eTag?: string; readonly path: string; readonly sequencer: string; readonly appended?: string; readonly appendedFrom?: number } };
  readonly [member: string]: unknown;
}

describe('the local runtime: files in a folder', () => {
  let runtime: RunningRuntime;
  let inbox: string;
  let id: string;
  before(async () => {
    runtime = await RunningRuntime.start();
    inbox = mkdtempSync(path.join(tmpdir(), 'Inbox Ü-'));
    await runtime.node('filed', 'exports.handler = async ({ Records }) => console.log(JSON.stringify(Records));');
    writeFileSync(path.join(inbox, 'old.txt'), 'line 1\n');
    id = await watch({ folder: inbox });
  });
  after(async () => {
    await runtime.stop();
    rmSync(inbox, { recursive: true, force: true });
  });

  const options = { signal: new AbortController().signal };
  const ref = { provider: 'local', scope: 'local', name: 'filed' };
  const facet = triggers(async () => runtime.line);
  const note = async (id: string) => (await facet.list(ref, options)).find((one) => one.id === id)?.note ?? '';
  const watch = async (texts: Record<string, string>) => {
    const { id } = await facet.add(ref, { kind: 'file', ...texts }, options);
    await facet.enable(ref, id, true, options);
    await eventually(async () => (await note(id)).startsWith('watches since'), 'the folder is watched');
    return id;
  };
  const place = (...names: string[]) => path.join(inbox, ...names);
  const lines = async () => (await runtime.events('filed').catch(() => [])).map(({ message = '' }) => message);
  const calls = async () => (await lines()).flatMap((line) => (line.includes('"aws:s3"') ? [JSON.parse(line.slice(line.indexOf('['))) as S3Record[]] : []));
  const named = async (key: string) => (await calls()).flat().filter(({ s3 }) => s3.object.key === key);
  const told = async (key: string, count = 1) => {
    await eventually(async () => (await named(key)).length >= count, `${key} is told of`, 10_000);
    return named(key);
  };
  const names = async (key: string, count = 1) => (await told(key, count)).map(({ eventName }) => eventName);

  it('call with events in the shape of S3 when one comes, grows and goes', async () => {
    writeFileSync(place('a b+ü.txt'), 'hello\n');
    const [record] = await told('a+b%2B%C3%BC.txt');
    const { eventTime, responseElements, s3, ...rest } = record as S3Record;
    assert.deepEqual(rest, { eventVersion: '2.1', eventSource: 'aws:s3', awsRegion: 'eu-west-1', eventName: 'ObjectCreated:Put', userIdentity: { principalId: 'local' }, requestParameters: { sourceIPAddress: '127.0.0.1' } });
    assert.ok(Math.abs(Date.parse(String(eventTime)) - Date.now()) < 60_000 && responseElements);
    assert.match(String(s3.bucket.arn), /^arn:aws:s3:::inbox-[a-z0-9-]+$/);
    const { sequencer, ...object } = s3.object;
    assert.match(sequencer, /^[0-9A-F]{18}$/);
    assert.deepEqual(object, { key: 'a+b%2B%C3%BC.txt', size: 6, eTag: createHash('md5').update('hello\n').digest('hex'), path: place('a b+ü.txt') });
    appendFileSync(place('a b+ü.txt'), 'wörld\n');
    const appended = (await told('a+b%2B%C3%BC.txt', 2))[1];
    assert.deepEqual([appended?.eventName, appended?.s3.object.appended, appended?.s3.object.appendedFrom], ['ObjectAppended:Text', 'wörld\n', 6]);
    rmSync(place('a b+ü.txt'));
    const removed = (await told('a+b%2B%C3%BC.txt', 3))[2];
    assert.deepEqual([removed?.eventName, removed?.s3.object.size, removed?.s3.object.eTag], ['ObjectRemoved:Delete', undefined, undefined]);
    assert.ok(sequencer < (removed?.s3.object.sequencer ?? ''));
    assert.ok((await lines()).some((line) => /^RequestId: \S+\tIn the folder .*: a b\+ü\.txt was created\.\n$/.test(line)));
  });

  it('tell of a line appended to one that was there before, and of nothing that was', async () => {
    appendFileSync(place('old.txt'), 'line 2\n');
    const [record] = await told('old.txt');
    assert.deepEqual([record?.eventName, record?.s3.object.appended], ['ObjectAppended:Text', 'line 2\n']);
    writeFileSync(place('old.txt'), 'another text that is longer\n');
    assert.deepEqual(await names('old.txt', 2), ['ObjectAppended:Text', 'ObjectCreated:Put']);
  });

  it('tell once of a file that an editor puts in place of another, and never of what it writes beside it', async () => {
    writeFileSync(place('edited.txt'), 'one');
    await told('edited.txt');
    writeFileSync(place('edited.txt.tmp'), 'two');
    renameSync(place('edited.txt'), place('edited.txt~'));
    renameSync(place('edited.txt.tmp'), place('edited.txt'));
    rmSync(place('edited.txt~'));
    assert.deepEqual(await names('edited.txt', 2), ['ObjectCreated:Put', 'ObjectCreated:Put']);
    assert.equal((await calls()).flat().filter(({ s3 }) => /tmp$|~$/.test(s3.object.path)).length, 0);
  });

  it('look into folders that are made later, not into those of packages, and follow no link', async () => {
    const elsewhere = mkdtempSync(path.join(tmpdir(), 'elsewhere-'));
    writeFileSync(path.join(elsewhere, 'secret.txt'), 'x');
    symlinkSync(elsewhere, place('link'));
    symlinkSync(path.join(elsewhere, 'secret.txt'), place('link.txt'));
    mkdirSync(place('node_modules', 'x'), { recursive: true });
    writeFileSync(place('node_modules', 'x', 'index.js'), 'x');
    mkdirSync(place('deep', 'er'), { recursive: true });
    writeFileSync(place('deep', 'er', 'one.txt'), '1');
    await told('deep/er/one.txt');
    writeFileSync(place('deep', 'er', 'two.txt'), '2');
    await told('deep/er/two.txt');
    assert.deepEqual((await calls()).flat().filter(({ s3 }) => /link|secret|node_modules/.test(s3.object.path)), []);
    rmSync(elsewhere, { recursive: true });
  });

  it('come together in few calls when there are many', async () => {
    mkdirSync(place('many'));
    for (let index = 0; index < 250; index += 1) writeFileSync(place('many', `${index}.txt`), String(index));
    const many = async () => (await calls()).filter((records) => records.some(({ s3 }) => s3.object.key.startsWith('many/')));
    await eventually(async () => (await many()).flat().length >= 250, 'all are told of', 15_000);
    assert.equal(new Set((await many()).flat().map(({ s3 }) => s3.object.key)).size, 250);
    assert.equal((await many()).flat().length, 250);
    assert.ok((await many()).length < 50, `${(await many()).length} calls`);
    rmSync(place('many'), { recursive: true });
  });

  it('are told of later when the event cannot be kept, which is no fault of the folder', async () => {
    const events = path.join(runtime.data, 'events');
    renameSync(events, `${events}.away`);
    writeFileSync(place('kept.txt'), 'x');
    await eventually(async () => (await note(id)).startsWith('ENOENT: '), 'what is wrong is told');
    renameSync(`${events}.away`, events);
    writeFileSync(place('next.txt'), 'x');
    await told('next.txt');
    assert.deepEqual([await names('kept.txt'), await names('next.txt')], [['ObjectCreated:Put'], ['ObjectCreated:Put']]);
  });

  it('are watched again when the folder comes back, and not any more when the trigger is off', async () => {
    const folder = place('coming');
    mkdirSync(folder);
    const other = await watch({ folder, suffix: '.go', changes: 'created' });
    rmSync(folder, { recursive: true });
    await eventually(async () => (await note(other)).includes('is gone; it is watched again when it is back'), 'its absence is told');
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'x.go'), 'x');
    writeFileSync(path.join(folder, 'y.no'), 'x');
    await told('x.go');
    await facet.enable(ref, other, false, options);
    writeFileSync(path.join(folder, 'later.go'), 'x');
    // The other trigger hears of it, so it could have been heard of.
    await told('coming/later.go');
    assert.deepEqual([(await named('later.go')).length, (await named('y.no')).length], [0, 0]);
  });
});

describe('changes in a folder', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'changes-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (name: string, data: string) => writeFileSync(path.join(folder, name), data);
  const begin = async () => {
    const changes = new FileChanges(folder, true);
    await changes.begin((await scanFolder(folder, () => true)).files);
    /** What is told at a time, in milliseconds. */
    const see = async (now: number) => (await changes.see((await scanFolder(folder, () => true)).files, now)).map(({ change, file, appended }) => [change, file, ...(appended ? [appended.text] : [])]);
    return { changes, see };
  };

  it('count once they have come to rest', async () => {
    const { changes, see } = await begin();
    write('a', 'half');
    assert.deepEqual([await see(0), changes.isUnsettled], [[], true]);
    write('a', 'half and whole');
    assert.deepEqual(await see(settleMs), []);
    assert.deepEqual(await see(2 * settleMs), [['created', 'a']]);
    assert.deepEqual([await see(3 * settleMs), changes.isUnsettled], [[], false]);
  });

  it('are none when a file only came and went, or went and came', async () => {
    write('kept', 'x');
    const { see } = await begin();
    write('brief', 'x');
    await see(0);
    rmSync(path.join(folder, 'brief'));
    renameSync(path.join(folder, 'kept'), path.join(folder, 'aside.tmp'));
    assert.deepEqual(await see(10), []);
    renameSync(path.join(folder, 'aside.tmp'), path.join(folder, 'kept'));
    assert.deepEqual(await see(1000), []);
    assert.deepEqual(await see(2000), []);
  });

  it('are told line by line of a file that is written to all the time, with no line lost or twice', async () => {
    write('log', 'first\n');
    const { see } = await begin();
    const found: string[] = [];
    let written = 'first\n';
    for (let index = 0; index < 40; index += 1) {
      const text = `line ${index}\nrest ${index} `;
      written += text;
      appendFileSync(path.join(folder, 'log'), text);
      found.push(...(await see(index * 150)).map(([change, , text]) => (change === 'appended' ? String(text) : assert.fail(change))));
    }
    assert.ok(found.length >= 2 && found.every((text) => text.endsWith('\n')));
    for (const now of [100_000, 200_000, 300_000]) found.push(...(await see(now)).map(([, , text]) => String(text)));
    assert.equal(`first\n${found.join('')}`, written);
  });

  it('are no appended text when the old text is another now, or it is none', async () => {
    write('a', 'old text');
    write('b', 'old text');
    write('c', '');
    const { see } = await begin();
    write('a', 'new text and more');
    writeFileSync(path.join(folder, 'b'), Buffer.concat([Buffer.from('old text'), Buffer.from([0xff, 0xfe])]));
    write('c', 'first');
    await see(0);
    assert.deepEqual(await see(1000), [['created', 'a'], ['created', 'b'], ['created', 'c']]);
    write('a', 'new text and more, at its end');
    await see(2000);
    assert.deepEqual(await see(3000), [['appended', 'a', ', at its end']]);
  });
});
