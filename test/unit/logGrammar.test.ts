import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { createOnigScanner, createOnigString, loadWASM } from 'vscode-oniguruma';
import { type IGrammar, INITIAL, parseRawGrammar, Registry } from 'vscode-textmate';
import { LogText } from '../../src/core/log/logText';
import { assertLinear } from './growth';

const root = path.resolve(__dirname, '../..');
const file = path.join(root, 'media/log.tmLanguage.json');
const id = '79b4f56e-95b1-4643-9700-2807f4e68189';

describe('the grammar of logs', () => {
  let grammar: IGrammar;

  before(async () => {
    const wasm = createRequire(__filename).resolve('vscode-oniguruma/release/onig.wasm');
    await loadWASM(await readFile(wasm));
    const registry = new Registry({
      onigLib: Promise.resolve({ createOnigScanner, createOnigString }),
      loadGrammar: async () => parseRawGrammar(await readFile(file, 'utf8'), file),
    });
    const loaded = await registry.loadGrammar('text.function-deck-log');
    assert.ok(loaded);
    grammar = loaded;
  });

  /** The scopes of the first token that holds the text. */
  function scopesOf(line: string, part: string): string {
    const at = line.indexOf(part);
    const token = grammar.tokenizeLine(line, INITIAL).tokens.find(({ startIndex, endIndex }) => startIndex <= at && at < endIndex);
    return token?.scopes.slice(1).join(' ') ?? '';
  }

  /** The last line that the channel shows for a message. */
  function shown(message: string): string {
    return new LogText().text([{ id: 'x', at: new Date(), message }]).trimEnd().split('\n').at(-1) ?? '';
  }

  function marked(message: string, mark: 'filled' | 'gap'): readonly string[] {
    return new LogText().text([{ id: 'x', at: new Date(), message, mark }]).trimEnd().split('\n');
  }

  const cases: readonly (readonly [string, () => string, string, RegExp])[] = [
    ['time', () => shown('hello'), shown('hello').slice(0, 5), /^comment\.time/],
    ['an error', () => shown(`[ERROR] boom`), 'ERROR ', /token\.error-token invalid/],
    ['a warning', () => shown(`2026-01-02T03:04:05.678Z\t${id}\tWARN\tcareful`), 'WARN ', /^markup\.bold entity\.name\.function/],
    ['information', () => shown(`2026-01-02T03:04:05.678Z\t${id}\tINFO\tfine`), 'INFO ', /token\.info-token/],
    ['detail', () => shown('[DEBUG] detail'), 'DEBUG ', /token\.debug-token comment/],
    ['severity inside the message', () => shown(`2026-01-02T03:04:05.678Z\t${id}\tERROR\tboom`), 'ERROR\t', /token\.error-token/],
    ['START', () => shown(`START RequestId: ${id} Version: $LATEST`), 'START', /support\.class\.platform/],
    ['END', () => shown(`END RequestId: ${id}`), 'END', /support\.class\.platform/],
    ['REPORT', () => shown(`REPORT RequestId: ${id}\tDuration: 3.25 ms\tMemory Size: 128 MB`), 'REPORT', /support\.class\.platform/],
    ['a duration', () => shown(`REPORT RequestId: ${id}\tDuration: 3.25 ms`), '3.25', /constant\.numeric/],
    ['a unit', () => shown(`REPORT RequestId: ${id}\tMemory Size: 128 MB`), 'MB', /keyword\.other\.unit/],
    ['a timeout', () => shown(`REPORT RequestId: ${id}\tDuration: 3 ms\tStatus: timeout`), 'timeout', /invalid/],
    ['a request id', () => shown(`RequestId: ${id} Error`), id, /constant\.other\.request-id/],
    ['a mark', () => marked('Back after 6 s.', 'filled').at(-1) ?? '', 'Back', /^markup\.italic\S* comment\.mark\S*$/],
    ['a gap', () => marked('The log is gone.', 'gap').at(-1) ?? '', 'gone', /^markup\.bold\S* entity\.name\.function/],
    ['what only looks like a mark', () => shown('━━ The log is gone. ━━'), 'gone', /^$/],
    ['the date', () => marked('x', 'filled')[0] ?? '', '────', /comment\.date/],
    ['a Python frame', () => shown('x\n  File "/var/task/app.py", line 12, in handler'), '/var/task', /meta\.frame.*string\.quoted\.path/],
    ['its line', () => shown('x\n  File "/var/task/app.py", line 12, in handler'), '12', /constant\.numeric\.line/],
    ['its function', () => shown('x\n  File "/var/task/app.py", line 12, in handler'), 'handler', /entity\.name\.function/],
    ['a Node frame', () => shown('x\n    at handler (/var/task/index.js:3:9)'), '/var/task', /meta\.frame.*string\.quoted\.path/],
    ['a Node frame without a function', () => shown('x\n    at file:///var/task/index.mjs:3:9'), 'file:///', /meta\.frame/],
    ['an exception', () => shown('ValueError: bad'), 'ValueError', /error/],
    ['a JSON key', () => shown('{"name": "x", "n": 1}'), '"name"', /property-name/],
    ['a JSON text', () => shown('{"name": "x", "n": 1}'), '"x"', /^string/],
    ['a JSON number', () => shown('{"name": "x", "n": 90417}'), '90417', /constant\.numeric/],
    ['plain words', () => shown('just words here'), 'words', /^$/],
  ];

  for (const [what, line, part, expected] of cases) {
    it(`colours ${what}`, () => assert.match(scopesOf(line(), part), expected));
  }

  it('carries nothing over from one line to the next, and is quick on long ones', () => {
    for (const text of ['"', '{"a": "', '[ERROR', 'REPORT x', 'at x (']) {
      const { ruleStack } = grammar.tokenizeLine(shown(text), INITIAL);
      assert.deepEqual(grammar.tokenizeLine('just words', ruleStack).tokens.map(({ scopes }) => scopes.length), [1]);
    }
    for (const part of ['"', '\\"', 'a', 'at ', '1', '{"a":1,']) assertLinear((size) => grammar.tokenizeLine(part.repeat(size / part.length), INITIAL), 4_000, part);
  });
});
