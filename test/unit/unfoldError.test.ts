import assert from 'node:assert/strict';
import { unfoldError } from '../../src/core/log/unfoldError';
import { assertLinear } from './growth';

const head = '2026-01-02T03:04:05.678Z\t79b4f56e-95b1-4643-9700-2807f4e68189\tERROR\tInvoke Error';
const stack = ['TypeError: no x', '    at helper (/var/task/index.js:2:24)', '    at handler (/var/task/index.js:6:10)'];
const basic = { errorType: 'TypeError', errorMessage: 'no x', stack };

describe('unfoldError', () => {
  it('gives each frame a line', () => {
    assert.equal(unfoldError(`${head} \t${JSON.stringify(basic)}\n`), [head, ...stack].join('\n'));
    assert.equal(unfoldError(`${head}\t${JSON.stringify(basic)}`), [head, ...stack].join('\n'));
  });

  it('keeps what the stack does not say', () => {
    const text = unfoldError(`${head}\t${JSON.stringify({ ...basic, errorMessage: 'other', code: 'E1', reason: { a: 1 } })}`);
    assert.equal(text, [head, ...stack, '{"errorMessage":"other","code":"E1","reason":{"a":1}}'].join('\n'));
  });

  it('knows the other two ways to fail', () => {
    for (const way of ['Uncaught Exception', 'Unhandled Promise Rejection']) {
      assert.equal(unfoldError(`t\tundefined\tERROR\t${way} \t${JSON.stringify(basic)}`).split('\n').length, 4);
    }
  });

  it('leaves all else as it is', () => {
    for (const text of [
      ...['', 'hello', head, `${head}\t{`, `${head}\t{}`, `${head}\t{"stack":[]}`, `${head}\t{"stack":[1]}`, `${head}\t{"stack":"x"}`],
      ...[`${head}\t{"stack":["x"]} and more`, JSON.stringify(basic), `x\tERROR\tmine\t${JSON.stringify(basic)}`, `a\nb\tInvoke Error\t${JSON.stringify(basic)}`],
    ]) {
      assert.equal(unfoldError(text), text);
    }
  });

  it('stays quick on hostile text', () => {
    for (const part of ['\t', 'Invoke Error\t', '\tInvoke Error\t{', '\tInvoke Error ']) assertLinear((size) => unfoldError(part.repeat(size)), 50_000, part);
  });
});
