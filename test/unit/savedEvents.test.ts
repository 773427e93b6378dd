import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import * as fc from 'fast-check';
import { isInputError } from '../../src/core/errors';
import { emptyEvent } from '../../src/core/invocation/emptyEvents';
import { keyPlace } from '../../src/core/invocation/eventKeys';
import { toEvent } from '../../src/core/invocation/eventText';
import { createEvent, keepEvent, listEvents, pathPart, sharedFolder, sharedRef } from '../../src/core/invocation/savedEvents';

describe('saved events', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'saved-events-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('are none where no folder is', async () => assert.deepEqual(await listEvents(path.join(folder, 'gone')), []));

  it('are never written over', async () => {
    const events = path.join(folder, 'events');
    const files = await Promise.all([1, 2, 3].map((n) => createEvent(events, 'order', String(n))));
    assert.deepEqual(files.map((file) => path.basename(file)).sort(), ['order-2.json', 'order-3.json', 'order.json']);
    const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
    assert.deepEqual(texts.sort(), ['1', '2', '3']);
  });

  it('are kept in their folder whatever the name, the last of a name', async () => {
    const events = path.join(folder, 'inline');
    for (const name of ['greet', '../../../greet', '..\\greet', '..']) {
      await keepEvent(events, name, { n: 1 });
      const file = await keepEvent(events, name, { n: 2 });
      assert.equal(path.dirname(file), events);
      assert.deepEqual(JSON.parse(await readFile(file, 'utf8')), { n: 2 });
    }
    assert.equal((await listEvents(events)).length, 4);
  });

  it('are the JSON files of the folder, by name', async () => {
    const events = path.join(folder, 'several');
    await mkdir(path.join(events, 'folder.json'), { recursive: true });
    for (const name of ['b.json', 'a.json', 'notes.md']) await writeFile(path.join(events, name), '{}');
    assert.deepEqual(await listEvents(events), [path.join(events, 'a.json'), path.join(events, 'b.json')]);
  });

  it('are below the workspace by function, and lead back to it', () => {
    const text = fc.string({ minLength: 1, unit: 'grapheme' });
    fc.assert(
      fc.property(text, text, text, (provider, scope, name) => {
        const ref = { provider, scope, name };
        const file = path.join('/home/ada', sharedFolder(ref), 'a.json');
        assert.deepEqual(sharedRef(file, '/home/ada'), ref);
        assert.ok(file.startsWith(path.join('/home/ada', '.function-deck', 'events') + path.sep));
      }),
    );
  });

  it('of other places lead to no function', () => {
    for (const file of ['/home/ada/a.json', '/home/ada/.function-deck/events/a.json', '/other/.function-deck/events/a/b/c/d.json']) {
      assert.equal(sharedRef(file, '/home/ada'), undefined);
    }
  });

  for (const [name, part] of [['..', '%2E%2E'], ['.', '%2E'], ['a/b', 'a%2Fb'], ['a\\b', 'a%5Cb'], ['NUL', '%4EUL'], ['com1.x', '%63om1.x'], ['', '%'], ['us-east-1', 'us-east-1']] as const) {
    it(`writes ${name || 'nothing'} as ${part}`, () => assert.equal(pathPart(name), part));
  }
});

describe('toEvent', () => {
  it('sends the text as it is', () => assert.equal(new TextDecoder().decode(toEvent('\uFEFF{ "n": 1.0 }\n', 'a.json')), '{ "n": 1.0 }\n'));

  const table: readonly [string, number, number, RegExp][] = [
    ['', 1, 1, /file is empty/],
    ['{\n  "a": 1,\n}', 3, 1, /last entry has no comma/],
    ['{\n  "a": 1\n  "b": 2\n}', 3, 3, /comma is missing/],
    ['{"a" 1}', 1, 6, /colon is missing/],
    ['{"a": 1', 1, 8, /closing }/],
    ['{"a": }', 1, 7, /value is missing/],
    ['// note\n{}', 1, 1, /comments/],
    ['{} {}', 1, 4, /remove the rest/],
    ['{"a": "b}', 1, 7, /closing "/],
    ['nope', 1, 1, /no JSON value/],
  ];
  for (const [text, line, column, reason] of table) {
    it(`says where ${JSON.stringify(text)} is wrong`, () => {
      assert.throws(
        () => toEvent(text, '/home/ada/events/a.json'),
        (error) => isInputError(error) && reason.test(error.message) && error.place?.line === line && error.place.column === column,
      );
    });
  }
});

describe('an empty event', () => {
  it('is of its format', () => {
    assert.deepEqual(emptyEvent('json'), {});
    assert.deepEqual(Object.keys(emptyEvent('http')), ['method', 'path', 'query', 'headers']);
    // Each sending gives it an id of its own.
    const required = ['specversion', 'source', 'type'];
    assert.deepEqual(required.filter((name) => !(name in emptyEvent('cloudevent'))), []);
  });
});

describe('the members of an event that can be typed', () => {
  const at = (marked: string, format: 'json' | 'http' | 'cloudevent' = 'http') => keyPlace(format, marked.replace('|', ''), marked.indexOf('|'));
  const names = (marked: string, format?: 'json' | 'http' | 'cloudevent'): readonly string[] | undefined => at(marked, format)?.keys.map(({ name }) => name);

  it('are those of its format that are not there yet', () => {
    assert.deepEqual(names('{ | }'), ['method', 'path', 'query', 'headers', 'body']);
    assert.deepEqual(names('{ "method": "GET", | }'), ['path', 'query', 'headers', 'body']);
    assert.deepEqual(names('{ "type": "a", "id": "1", "|" }', 'cloudevent'), ['specversion', 'source', 'subject', 'time', 'datacontenttype', 'data']);
    assert.deepEqual(names('{ | }', 'json'), []);
  });

  it('are proposed nowhere else', () => {
    for (const marked of ['|', '{ "method": "|" }', '{ "headers": { "|" } }', '{ "query": { | } }', '[|]', '"|"']) assert.equal(at(marked), undefined, marked);
  });

  it('take the place of what is typed, and keep a value that is there', () => {
    const typed = at('{ "pa|" }');
    assert.deepEqual([typed?.start, typed?.end, typed?.hasValue], [2, 6, false]);
    const named = at('{ "pat|h": "/" }');
    assert.deepEqual([named?.start, named?.end, named?.hasValue, named?.keys.some(({ name }) => name === 'path')], [2, 8, true, true]);
  });
});
