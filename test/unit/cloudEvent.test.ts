import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isProviderError } from '../../src/core/errors';
import { toCloudEvent } from '../../src/core/invocation/cloudEvent';

const base = { specversion: '1.0', source: '//example.com', type: 'com.example.made' };
const complete = (event: unknown, now?: Date): Record<string, unknown> => JSON.parse(Buffer.from(toCloudEvent(Buffer.from(JSON.stringify(event)), now)).toString()) as Record<string, unknown>;

describe('events that are CloudEvents', () => {
  it('fills in the id, anew each time, and the time', () => {
    const now = new Date('2026-01-31T12:00:00Z');
    const [first, second] = [complete(base, now), complete(base, now)];
    assert.match(String(first['id']), /^[0-9a-f-]{36}$/);
    assert.notEqual(first['id'], second['id']);
    assert.deepEqual({ ...first, id: '' }, { ...base, id: '', time: '2026-01-31T12:00:00.000Z' });
  });

  it('leaves everything else byte for byte as it is', () => {
    const whole = '{ "specversion": "1.0", "id": "7", "source": "s", "type": "t", "time": "2026-01-01T00:00:00Z", "data": 12345678901234567890 }';
    assert.equal(Buffer.from(toCloudEvent(Buffer.from(whole))).toString(), whole);
    const open = whole.replace('"id": "7",', '');
    assert.ok(Buffer.from(toCloudEvent(Buffer.from(open))).toString().endsWith(open.slice(1)));
  });

  it('takes whatever data there is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (data) => {
        const sent = complete({ ...base, data });
        assert.deepEqual(sent['data'], JSON.parse(JSON.stringify(data)));
      }),
    );
  });

  it('says in one sentence what is wrong', () => {
    const refused: readonly [unknown, RegExp][] = [
      [[], /no object/],
      [{}, /specversion/],
      [{ ...base, specversion: '0.3' }, /specversion/],
      [{ ...base, source: '' }, /"source"/],
      [{ ...base, type: 1 }, /"type"/],
      [{ ...base, id: '' }, /"id"/],
      [{ ...base, time: 'yesterday' }, /"time"/],
      [{ ...base, time: '2026-13-31T12:00:00Z' }, /"time"/],
      [{ ...base, data: 1, data_base64: 'AA==' }, /leave one out/],
      [{ ...base, data_base64: 1 }, /"data_base64"/],
      [{ ...base, Bad_Name: 'x' }, /"Bad_Name"/],
      [{ ...base, nested: { a: 1 } }, /"nested"/],
    ];
    for (const [event, reason] of refused) {
      assert.throws(() => complete(event), (error) => isProviderError(error) && error.kind === 'invalid' && error.untaken && reason.test(error.message) && /^The event is no CloudEvent: [^\n]*\.$/.test(error.message));
    }
    assert.throws(() => toCloudEvent(Buffer.from('nope')), /not valid JSON/);
  });
});
