import assert from 'node:assert/strict';
import { findFrames, type Frame, matchFrame, parseFrames } from '../../src/core/stack';
import { assertLinear } from './growth';

interface Case {
  readonly line: string;
  readonly link?: string;
  readonly frame?: Frame;
}

const frame = (file: string, line: number, column?: number, name?: string): Frame => ({ file, line, column, name });

const cases: readonly Case[] = [
  { line: '  File "/var/task/app.py", line 7, in handler', link: 'File "/var/task/app.py", line 7', frame: frame('/var/task/app.py', 7, undefined, 'handler') },
  { line: '\u00a0 File "/var/task/app.py", line 7, in <module>', link: 'File "/var/task/app.py", line 7', frame: frame('/var/task/app.py', 7, undefined, '<module>') },
  { line: '  File "/var/task/app.py" Line 4', link: 'File "/var/task/app.py" Line 4', frame: frame('/var/task/app.py', 4) },
  { line: 'File "C:\\Users\\a b\\app.py", line 1', link: 'File "C:\\Users\\a b\\app.py", line 1', frame: frame('C:\\Users\\a b\\app.py', 1) },
  { line: "Syntax error in module 'app': '(' was never closed (app.py, line 3)", link: '(app.py, line 3)', frame: frame('app.py', 3) },
  { line: '    at handler (/var/task/index.js:3:9)', link: '/var/task/index.js:3:9', frame: frame('/var/task/index.js', 3, 9, 'handler') },
  { line: '    at async Runtime.handler (file:///var/task/a%20b.mjs:3:9)', link: 'file:///var/task/a%20b.mjs:3:9', frame: frame('/var/task/a b.mjs', 3, 9, 'Runtime.handler') },
  { line: '    at async file:///C:/code/index.mjs:3:9', link: 'file:///C:/code/index.mjs:3:9', frame: frame('C:/code/index.mjs', 3, 9) },
  { line: '    at new Store (C:\\work\\store.js:30:11)', link: 'C:\\work\\store.js:30:11', frame: frame('C:\\work\\store.js', 30, 11, 'new Store') },
  { line: '    at /var/task/with space/index.js:3:9', link: '/var/task/with space/index.js:3:9', frame: frame('/var/task/with space/index.js', 3, 9) },
  { line: '"stack":["Error: x","at f (/var/task/index.js:1:2)"]', link: '/var/task/index.js:1:2', frame: frame('/var/task/index.js', 1, 2, 'f') },
  { line: '"stack":"Error: x\\nat f (/var/task/index.js:1:2)"', link: '/var/task/index.js:1:2', frame: frame('/var/task/index.js', 1, 2, 'f') },
  { line: 'file:///var/task/index.mjs:12', link: 'file:///var/task/index.mjs:12', frame: frame('/var/task/index.mjs', 12) },
  { line: '/var/task/index.cjs:12\r', link: '/var/task/index.cjs:12', frame: frame('/var/task/index.cjs', 12) },
  { line: 'file:///var/task/100%.mjs:1:1', link: 'file:///var/task/100%.mjs:1:1', frame: frame('/var/task/100%.mjs', 1, 1) },
  { line: '    at node:internal/process/task_queues:95:5' },
  { line: '    at processTicksAndRejections (node:internal/process/task_queues:95:5)' },
  { line: '    at async Promise.all (index 0)' },
  { line: 'look at 10:30:15 for the file' },
  { line: 'listening at http://localhost:3000' },
  { line: 'what 12:30' },
  { line: '' },
];

describe('findFrames', () => {
  for (const { line, link, frame } of cases) {
    it(`reads ${JSON.stringify(line)}`, () => {
      const found = findFrames(line);
      assert.deepEqual(found.map((one) => one.frame), frame ? [frame] : []);
      assert.deepEqual(found.map((one) => line.slice(one.start, one.end)), link ? [link] : []);
    });
  }

  it('finds several in one line, in order', () => {
    const found = findFrames('"at a (/x/a.js:1:2)","at b (/x/b.js:3:4)"');
    assert.deepEqual(found.map((one) => one.frame.file), ['/x/a.js', '/x/b.js']);
  });

  for (const hostile of ['at ', 'at (', 'File "', 'at a (b:1', '(a.py, line 1', ' ', '/a:1:', 'at a (']) {
    it(`is quick with a line of ${JSON.stringify(hostile)} over and over`, () => {
      assertLinear((size) => findFrames(hostile.repeat(size)), 50_000);
    });
  }
});

describe('parseFrames', () => {
  it('turns a Python trace around', () => {
    const lines = ['  File "/var/task/app.py", line 5, in handler\n    work()\n', '  File "/var/task/lib/work.py", line 2, in work\n    1 / 0\n'];
    assert.deepEqual(parseFrames(lines).map((one) => one.name), ['work', 'handler']);
  });

  it('leaves a Node trace as it stands', () => {
    const lines = ['Error: no', '    at inner (/var/task/a.js:1:2)', '    at outer (/var/task/b.js:3:4)'];
    assert.deepEqual(parseFrames(lines).map((one) => one.name), ['inner', 'outer']);
  });

  it('puts the file that would not compile first', () => {
    const lines = ['/var/task/index.js:3\n  foo(\n', 'SyntaxError: Unexpected end', '    at load (/var/runtime/index.mjs:3:4)'];
    assert.equal(parseFrames(lines)[0]?.file, '/var/task/index.js');
  });
});

describe('matchFrame', () => {
  const root = '/home/me/hello';
  const files = ['index.js', 'src/app.py', 'src/lib/app.py', 'lib/db.js', 'main.py', 'json/decoder.py'];
  const table: readonly [string, string | undefined][] = [
    ['/var/task/index.js', 'index.js'],
    ['/var/task/lib/index.js', undefined],
    ['/var/task/src/lib/app.py', 'src/lib/app.py'],
    ['/tmp/function-1/src/lib/app.py', 'src/lib/app.py'],
    ['/private/var/folders/x/lib/db.js', 'lib/db.js'],
    ['C:\\Users\\me\\AppData\\Local\\Temp\\f\\lib\\db.js', 'lib/db.js'],
    ['/home/me/hello/lib/db.js', 'lib/db.js'],
    ['/home/me/hello/gone/db.js', undefined],
    ['./lib/db.js', 'lib/db.js'],
    ['main.py', 'main.py'],
    ['app.py', undefined],
    ['/var/task/node_modules/index.js', undefined],
    ['/home/me/hello/node_modules/index.js', undefined],
    ['/tmp/f/node_modules/x/index.js', undefined],
    ['/var/task/site-packages/main.py', undefined],
    ['/var/runtime/index.js', undefined],
    ['/usr/lib/python3.13/json/decoder.py', undefined],
    ['C:\\Python313\\Lib\\json\\decoder.py', undefined],
    ['<frozen importlib._bootstrap>', undefined],
    ['/home/me/.vscode/extensions/deck/dist/bootstrap/main.py', undefined],
    ['/tmp/f/reindex.js', undefined],
  ];
  for (const [file, expected] of table) {
    it(`${file} is ${expected ?? 'no source file'}`, () => assert.equal(matchFrame({ file, line: 1 }, root, files), expected));
  }

  it('takes absolute files and answers with them', () => {
    assert.equal(matchFrame({ file: '/var/task/lib/db.js', line: 1 }, root, ['/home/me/hello/lib/db.js']), '/home/me/hello/lib/db.js');
  });

  it('does not mind how Windows writes its drive', () => {
    assert.equal(matchFrame({ file: 'c:\\work\\f\\a.js', line: 1 }, 'C:\\work\\f', ['a.js']), 'a.js');
  });
});
