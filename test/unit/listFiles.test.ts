import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { listFiles } from '../../src/core/listFiles';

describe('listFiles', () => {
  let root: string;
  before(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'list-files-'));
    for (const folder of ['src/lib', 'node_modules/x', '.venv']) await mkdir(path.join(root, folder), { recursive: true });
    for (const file of ['a.py', 'src/b.py', 'src/lib/c.py', 'node_modules/x/d.js', '.venv/e.py']) await writeFile(path.join(root, file), '');
    await symlink(root, path.join(root, 'src', 'loop'), 'junction');
  });
  after(() => rm(root, { recursive: true }));

  it("lists the user's own files, nearest first", async () => {
    const files = await listFiles(root, 100);
    assert.deepEqual(files.map((file) => path.relative(root, file).replaceAll('\\', '/')), ['a.py', 'src/b.py', 'src/lib/c.py']);
  });

  it('stops when there are enough', async () => assert.equal((await listFiles(root, 2)).length, 2));
  it('lists nothing where nothing is', async () => assert.deepEqual(await listFiles(path.join(root, 'gone'), 5), []));
});
