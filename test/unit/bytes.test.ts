import assert from 'node:assert/strict';
import { formatBytes } from '../../src/core/bytes';

describe('formatBytes', () => {
  const table = [[0, '0 B'], [812, '812 B'], [3200, '3.2 kB'], [41_000_000, '41 MB'], [1_500_000_000, '1.5 GB']] as const;
  for (const [bytes, text] of table) it(`${bytes} → ${text}`, () => assert.equal(formatBytes(bytes), text));
});
