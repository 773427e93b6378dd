import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { findProgram } from '../../src/core/findProgram';

describe('findProgram', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'programs-'));
    const file = path.join(folder, process.platform === 'win32' ? 'tool.exe' : 'tool');
    await writeFile(file, '');
    await chmod(file, 0o755);
    await writeFile(path.join(folder, 'text'), '', { mode: 0o644 });
  });
  after(() => rm(folder, { recursive: true }));

  const pathOf = (): NodeJS.ProcessEnv => ({ PATH: ['', path.join(folder, 'none'), folder].join(path.delimiter) });

  it('finds the first name that is there', async () => {
    const found = await findProgram(['missing', 'tool'], pathOf());
    assert.equal(found && path.basename(found, '.exe'), 'tool');
  });

  it('answers undefined when none is', async () => assert.equal(await findProgram(['missing'], pathOf()), undefined));

  it('passes over files that cannot be run', async function () {
    if (process.platform === 'win32') this.skip(); // Windows has no such bit
    assert.equal(await findProgram(['text'], pathOf()), undefined);
  });
});
