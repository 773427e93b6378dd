import assert from 'node:assert/strict';
import { makeChange } from '../../src/core/change';
import { ProviderError } from '../../src/core/errors';
import { failure } from '../fakes/failure';

const options = { signal: new AbortController().signal };
const words = { undone: 'Nothing was changed', done: 'It was changed', unsure: 'It may have been changed' };
const lost = (): Promise<never> => Promise.reject(new ProviderError('network', 'The line broke; try again.'));

describe('a change that is sent once', () => {
  it('is looked for again a moment later when its answer was lost', async () => {
    let sent = 0;
    let looks = 0;
    const send = (): Promise<never> => {
      sent += 1;
      return lost();
    };
    const landed = async (): Promise<string | undefined> => ((looks += 1) > 1 ? 'there' : undefined);
    assert.equal(await makeChange({ ...words, send, landed }, options), 'there');
    assert.deepEqual([sent, looks], [1, 2]);
  });

  it('is said not to have been made when it is not there then either', async () => {
    const error = await failure(makeChange({ ...words, send: lost, landed: async () => undefined }, options));
    assert.equal(error.message, 'Nothing was changed: The line broke; try again.');
  });

  it('is neither said to be made nor not when nobody can tell', async () => {
    const error = await failure(makeChange({ ...words, send: lost, landed: lost }, options));
    assert.match(error.message, /^It may have been changed: /);
  });

  it('that was turned away is not looked for', async () => {
    const refused = (): Promise<never> => Promise.reject(new ProviderError('unknown', 'It was refused; wait.', { untaken: true }));
    const landed = (): Promise<never> => assert.fail('nobody asked');
    assert.equal((await failure(makeChange({ ...words, send: refused, landed }, options))).message, 'Nothing was changed: It was refused; wait.');
  });

  it('that was cancelled is looked for once, with what to do about this very change', async () => {
    let looks = 0;
    const send = (): Promise<never> => Promise.reject(new DOMException('gone', 'AbortError'));
    const landed = async (): Promise<undefined> => void (looks += 1);
    const error = await failure(makeChange({ ...words, send, landed, cure: 'refresh to see it' }, options));
    assert.equal(error.message, 'It may have been changed: you cancelled; refresh to see it.');
    assert.equal(looks, 1);
  });
});
