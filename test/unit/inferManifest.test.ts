import assert from 'node:assert/strict';
import { inferManifest, nameFromFolder } from '../../src/core/scaffolding/inferManifest';

describe('inferManifest', () => {
  const table = [
    { files: ['README.md', 'lambda_function.py'], expected: { runtime: 'python3.13', handler: 'lambda_function.lambda_handler' } },
    { files: ['app.py'], expected: { runtime: 'python3.13', handler: 'app.handler' } },
    { files: ['index.ts', 'package.json'], expected: { runtime: 'nodejs22.x', handler: 'index.handler' } },
    { files: ['index.mjs'], expected: { runtime: 'nodejs22.x', handler: 'index.handler' } },
    { files: ['bootstrap'], expected: { runtime: 'provided.al2023', handler: 'bootstrap.handler' } },
    { files: ['notes.txt'], expected: {} },
  ];
  for (const { files, expected } of table) {
    it(`${files.join(', ')} → ${expected.handler ?? 'nothing'}`, () => assert.deepEqual(inferManifest(files), expected));
  }
});

describe('nameFromFolder', () => {
  const table = [
    ['hello', 'hello'],
    ['my function (v2)', 'my-function-v2'],
    ['été', 't'],
    ['x'.repeat(80), 'x'.repeat(64)],
  ] as const;
  for (const [folder, name] of table) it(`${folder} → ${name}`, () => assert.equal(nameFromFolder(folder), name));
});
