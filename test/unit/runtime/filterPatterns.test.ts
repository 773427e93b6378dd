import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ApiError } from '../../../src/runtime/api/errors';
import { parsePattern } from '../../../src/runtime/api/filterPattern';
import { assertLinear } from '../growth';

const matches = (pattern: string, message: string) => parsePattern(pattern)(message);

/** Message, then the patterns that it fits, then those that it does not. */
type Row = readonly [message: string, fits: readonly string[], others: readonly string[]];

function check(rows: readonly Row[]): void {
  for (const [message, fits, others] of rows) {
    for (const pattern of fits) assert.ok(matches(pattern, message), `${pattern} fits ${message}`);
    for (const pattern of others) assert.ok(!matches(pattern, message), `${pattern} does not fit ${message}`);
  }
}

describe('filter patterns', () => {
  it('of terms: all, any, none, phrases, expressions', () => {
    check([
      ['ERROR alpha', ['', ' ', 'ERROR', 'alpha ERROR', '"ERROR alpha"', '?x ?alpha', 'ERROR -beta', '%^ERR%', '%a$%', 'ERROR ?x', '-"alpha ERROR"'], ['error', '"alpha ERROR"', 'ERROR beta', '-alpha', '?x ?y', '%^alpha%', 'x ?alpha']],
      ['say "hi" \\ 100%\n', ['"say \\"hi\\""', '"\\\\"', '100%', '%0.$%', '"100%"'], ['"say hi"', '%hi$%']],
    ]);
  });

  it('of JSON: comparisons, wildcards, existence, logic', () => {
    const message = JSON.stringify({
      type: 'UpdateTrail', ip: '111.111.222', n: 4, big: 1e3, yes: true, no: false, nil: null, 'a.b': 1, 'x-y_z': 'q',
      user: { id: 1, email: 'John.Stiles@example.com' }, list: ['a', 'b', 7], users: [{ id: 1 }, { id: 2, on: true }], empty: [], deep: [[1, 2]],
    });
    const fits = [
      '{ $.type = "UpdateTrail" }', '{$.type="UpdateTrail"}', '{ $.type = Update* }', '{ $.type = "*Trail" }', '{ $.type = *date*l }', '{ $.ip != 123.123.* }', '{ $.ip = 111.* }', '{ $.n = 4 }',
      '{ $.n = 4.0 }', '{ $.n >= 4 && $.n <= 4 }', '{ $.big = 1e+3 }', '{ $.n < 4.5 }', '{ $.n > -1 }', '{ $.n != 5 }', '{ $.nil IS NULL }', '{ $.yes IS TRUE }', '{ $.no IS FALSE }', '{ $.none NOT EXISTS }', '{ $.n = * }', '{ $.n = "*" }',
      '{ $.user.id = 1 && $.users[1].id = 2 }', '{ ($.n = 1) || ($.n = 4) }', '{ $.n = 1 && $.n = 4 || $.n = 4 }', '{ $.n = 4 || $.n = 1 && $.n = 1 }', '{ $.list[2] = 7 }', '{ $.list[*] = b }', '{ $.users[*].id = 2 }', '{ $.users[*].on IS TRUE }',
      "{ $.['a.b'] = 1 }", '{ $["a.b"] = 1 }', '{ $.x-y_z = q }', '{ $.user.email = %@example\\.com$% }', '{ $.type != %^Delete% }', '{ $.deep[0][1] = 2 }', '{ $.user.* = 1 }', '{ $.none is null || $.nil is null }',
    ];
    const others = [
      '{ $.type = "updatetrail" }', '{ $.type = Trail }', '{ $.n = 5 }', '{ $.n > 4 }', '{ $.none = 1 }', '{ $.none != 1 }', '{ $.nil NOT EXISTS }', '{ $.none IS NULL }', '{ $.yes IS FALSE }', '{ $.user = * }', '{ $.list = a }', '{ $.list[3] = * }', '{ $.list[0] = b }',
      '{ ($.n = 4 || $.n = 1) && $.n = 1 }', '{ $.list.length = 3 }', '{ $.toString = * }', '{ $.__proto__ = * }', '{ $.user[0] = 1 }', '{ $.nil != 1 }', '{ $.type > 3 }', '{ $.ip = 111.1*111.222 }',
    ];
    check([
      [message, fits, others],
      [`${message}\n`, ['{ $.n = 4 }'], []],
      [`${message} and more`, [], ['{ $.n = 4 }']],
      ['plain $.n = 4', [], ['{ $.n = 4 }', '{ $.n NOT EXISTS }']],
      ['[1]', [], ['{ $.a NOT EXISTS }', '{ $[0] = 1 }']],
      ['{"nil":"null"}', ['{ $.nil = null }'], ['{ $.nil IS NULL }']],
    ]);
  });

  it('name what they find, as documented', () => {
    const line = '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534';
    const [ip, identity, user, time, request, status, size] = ['127.0.0.1', '-', 'frank', '10/Oct/2000:13:25:15 -0700', 'GET /index.html HTTP/1.0', '404', '1534'];
    const numbered = { $1: ip, $2: identity, $3: user, $4: time };
    const cases: [pattern: string, message: string, values: object][] = [
      ['[ip, identity, user_id, timestamp, request, status_code, size]', line, { $ip: ip, $identity: identity, $user_id: user, $timestamp: time, $request: request, $status_code: status, $size: size }],
      ['[..., size]', line, { ...numbered, $5: request, $6: status, $size: size }],
      ['[]', line, { ...numbered, $5: request, $6: status, $7: size }],
      ['[..., request=*.html*, status_code=4*,]', line, { ...numbered, $request: request, $status_code: status, $7: size }],
      ['[ip, ..., (size > 1 && size < 9999)]', line, { $ip: ip, $2: identity, $3: user, $4: time, $5: request, $6: status, $size: size }],
      ['{ $.a = 1 || ($.b.c = x && $.list[*] = 2) || $.none NOT EXISTS }', '{"a":1,"b":{"c":"x"},"list":[true,2]}', { '$.a': '1', '$.b.c': 'x', '$.list[*]': 'true' }],
    ];
    for (const [pattern, message, values] of cases) {
      assert.ok(matches(pattern, message), pattern);
      assert.deepEqual(parsePattern(pattern).extract?.(message), values);
    }
    assert.equal(parsePattern('ERROR').extract, undefined);
  });

  it('of columns: names, comparisons, the rest', () => {
    const line = '127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534';
    const fits = [
      '[ip, user, username, timestamp, request, status, bytes]', '[ip, user, username, timestamp, request =*.html*, status_code = 4*, bytes]', '[ip, ..., status_code = 404 || status_code = 410, bytes]', '[..., bytes > 1000]', '[...]', '[]',
      '[ip = %127\\.0\\.0\\.[1-9]%, ...]', '[ip!=ERROR&&ip!=WARN, ...]', '[..., (b > 1 && b < 2000) || b = 7]', '[ip, ..., t = "10/Oct/2000:13:25:15 -0700", r, s, b]', '[..., a, b, c, d, e, f, g]',
    ];
    const others = ['[ip, user]', '[ip, ..., status_code = 410, bytes]', '[..., bytes > 2000]', '[..., a, b, c, d, e, f, g, h]', '[ip > 5, ...]', '[a, b, c, d, e, f, g, h, ...]'];
    check([
      [line, fits, others],
      ['REPORT RequestId: 1\tDuration: 3.01 ms\tBilled Duration: 4 ms\t\n', ['[label = REPORT, id_label = "RequestId:", id, duration_label = "Duration:", duration > 3, unit, ...]'], ['[label = REPORT, ..., x = 5, unit]']],
    ]);
  });

  it('refuses what is no pattern, and says why', () => {
    const table: readonly (readonly [string, RegExp])[] = [
      ['"open', /quotation mark has no partner/], ['%open', /percent sign has no partner/], ['a -', /sign has no term/], ['{ $.a }', /no comparison/], ['{ $.a = }', /no value/], ['{ $ = 1 }', /no member/], ['{ $.a = 1', /\} is missing/],
      ['{ $.a = 1 } x', /nothing may follow/], ['{ a = 1 }', /\$ is missing/], ['{ ($.a = 1 }', /\) is missing/], ['{ $.a > b }', /only numbers/], ['{ }', /\$ is missing/], ['[a, b', /\] is missing/], ['[a, , b]', /no name/],
      ['[..., a, ...]', /twice/], ['[a = 1 || b = 2]', /b is compared in the column of a/], ['%a(b)%', /"\("/], ['%a!%', /"!"/], ['%ü%', /"ü"/], ['%[z-a]%', /range/], ['%[abc%', /bracket/], ['%a{3,1}%', /less than/], ['%a**%', /"\*"/], ['%\\q%', /means nothing/],
      ['%a{9999}%', /repeats too much/], ['{ $.a = %a% || $.b = %b% || $.c = %c% }', /more than two/], ['x'.repeat(1025), /less than or equal to 1024/],
    ];
    for (const [pattern, message] of table) assert.throws(() => parsePattern(pattern), { name: 'ApiError', type: 'InvalidParameterException', message }, pattern);
  });

  it('throws nothing but its own error, whatever it is given', () => {
    const pieces = ['{', '}', '[', ']', '(', ')', '$.a', '$', '.', '...', '[*]', '[0]', "['k']", '=', '!=', '<=', '>', '&&', '||', 'IS NULL', 'NOT EXISTS', '"', '%', '\\', '*', '-', '?', '^', '|', '{2,3}', 'w1', '404', ',', ' ', '\n'];
    const syntax = fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 3, unit: 'binary' })), { maxLength: 25 }).map((list) => list.join(''));
    const message = fc.oneof(fc.string({ unit: 'binary' }), fc.json());
    fc.assert(
      fc.property(syntax, message, (pattern, text) => {
        try {
          assert.equal(typeof matches(pattern, text), 'boolean');
        } catch (error) {
          assert.ok(error instanceof ApiError && error.type === 'InvalidParameterException', `${pattern}: ${String(error)}`);
        }
      }),
      { seed: 1, numRuns: 1000 },
    );
  });

  it('finds terms as a plain search does', () => {
    const word = fc.constantFrom('a', 'b', 'ab', 'ba', 'c');
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('', '-', '?'), word), { maxLength: 5 }), fc.array(word, { maxLength: 4 }), (terms, words) => {
        const message = words.join(' ');
        const of = (sign: string) => terms.filter(([own]) => own === sign).map(([, term]) => message.includes(term));
        const must = of('').every(Boolean) && !of('-').some(Boolean);
        const onlyAny = terms.length > 0 && terms.every(([sign]) => sign === '?');
        assert.equal(matches(terms.map(([sign, term]) => sign + term).join(' '), message), onlyAny ? of('?').some(Boolean) : must);
      }),
      { seed: 2, numRuns: 1000 },
    );
  });

  it('judges JSON as the condition that was written down', () => {
    interface Said { readonly text: string; holds(value: Record<string, number>): boolean }
    const compare: Record<string, (a: number, b: number) => boolean> = { '=': (a, b) => a === b, '!=': (a, b) => a !== b, '<': (a, b) => a < b, '<=': (a, b) => a <= b, '>': (a, b) => a > b, '>=': (a, b) => a >= b };
    const leaf = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom(...Object.keys(compare)), fc.integer({ min: -2, max: 2 })).map(([name, operator, limit]): Said => ({
      text: `$.${name} ${operator} ${limit}`,
      holds: (value) => value[name] !== undefined && (compare[operator]?.(value[name], limit) ?? false),
    }));
    const { tree } = fc.letrec<{ tree: Said }>((tie) => ({
      tree: fc.oneof({ depthSize: 'small' }, leaf, fc.tuple(tie('tree'), fc.boolean(), tie('tree')).map(([left, both, right]): Said => ({
        text: `(${left.text}) ${both ? '&&' : '||'} (${right.text})`,
        holds: (value) => (both ? left.holds(value) && right.holds(value) : left.holds(value) || right.holds(value)),
      }))),
    }));
    const small = fc.integer({ min: -3, max: 3 });
    const value = fc.record({ a: small, b: small, c: small }, { requiredKeys: [] });
    fc.assert(
      fc.property(tree, value, (said, object) => {
        fc.pre(said.text.length < 1000);
        assert.equal(matches(`{${said.text}}`, JSON.stringify(object)), said.holds(object));
      }),
      { seed: 3, numRuns: 1000 },
    );
  });

  it('finds expressions as JavaScript does', () => {
    const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '[a-c_]', '\\d', '\\W', '\\s', '\\.', '\\x61', '-', '[-b]', '[\\d.]');
    const piece = fc.oneof({ weight: 6, arbitrary: fc.tuple(atom, fc.constantFrom('', '', '*', '+', '?', '{2}', '{1,}', '{0,2}')).map(([one, times]) => one + times) }, { weight: 1, arbitrary: fc.constantFrom('^', '$') });
    const choice = fc.array(piece, { maxLength: 5 }).map((list) => list.join(''));
    const source = fc.array(choice, { minLength: 1, maxLength: 3 }).map((list) => list.join('|'));
    const text = fc.array(fc.constantFrom('a', 'b', 'c', '1', '.', ' ', '-', '\n', '😀'), { maxLength: 12 }).map((list) => list.join(''));
    fc.assert(
      fc.property(source, text, (expression, message) => {
        // A message's own line end does not hide its end.
        const same = new RegExp(expression.replaceAll('$', '(?=\\n?$)'), 'u');
        assert.equal(matches(`%${expression}%`, message), same.test(message));
      }),
      { seed: 4, numRuns: 1500 },
    );
  });

  it('takes time linear in the message, whatever the pattern', () => {
    for (const pattern of ['%a*a*a*a*b%', '%.*.*.*x%', '%[a-z]+[a-z]+1%', '{ $.a = *a*a*b }', '[..., a = *a*a*b]']) {
      assertLinear((size) => assert.ok(!matches(pattern, `${'a'.repeat(size)}\n`)), 10_000, pattern);
    }
  });
});
