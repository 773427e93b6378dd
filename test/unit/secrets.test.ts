import assert from 'node:assert/strict';
import { fillSecrets, secretNames } from '../../src/core/secrets';

describe('secrets of the environment', () => {
  const environment = { PLAIN: 'x', TOKEN: '${secret:api.token}', URL: 'https://u:${secret:db}@h/${secret:db}', NOT: '$secret:x' };

  it('names each secret once', () => {
    assert.deepEqual(secretNames(environment), ['api.token', 'db']);
    assert.deepEqual(secretNames(undefined), []);
  });

  it('replaces every reference and leaves the rest', () => {
    const filled = fillSecrets(environment, new Map([['api.token', '$&t'], ['db', 'p']]));
    assert.deepEqual(filled, { PLAIN: 'x', TOKEN: '$&t', URL: 'https://u:p@h/p', NOT: '$secret:x' });
  });

  it('leaves an unknown reference as it is', () => {
    assert.equal(fillSecrets({ A: '${secret:none}' }, new Map())['A'], '${secret:none}');
  });
});
