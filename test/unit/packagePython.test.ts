import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync, utimesSync } from 'node:fs';
import * as path from 'node:path';
import { findProgram } from '../../src/core/findProgram';
import { python, texts, type Tree, wheel, World } from './packageWorld';

const handler = 'import tiny\n\ndef handler(event, context):\n    return tiny.answer\n';

describe('packageFolder with Python dependencies', () => {
  let world: World;

  before(async function () {
    const program = await findProgram(['python3', 'python']);
    // Without a Python or its pip there is nothing to install with.
    if (!program || !hasPip(program)) this.skip();
    world = new World();
  });
  after(() => world?.dispose());

  function project(requirements: string, more: Tree = {}): string {
    const tiny = wheel('tiny', '1.0', { 'tiny/__init__.py': 'answer = 42\n\ndef main():\n    pass\n', 'tiny/ca.pem': 'public' });
    return world.folder({ 'app.py': handler, 'requirements.txt': requirements, 'wheels/tiny-1.0-py3-none-any.whl': tiny, '.deckignore': 'wheels/\nrequirements.txt\n', ...more });
  }

  const listed = '--no-index\n--find-links wheels\n# a comment\ntiny==1.0\n';

  it('installs requirements.txt to the top of the package, the same bytes every time', async () => {
    const folder = project(listed);
    const { bytes, files, hash } = await world.pack(folder, python);
    assert.deepEqual(files, ['app.py', 'tiny-1.0.dist-info/METADATA', 'tiny-1.0.dist-info/WHEEL', 'tiny-1.0.dist-info/entry_points.txt', 'tiny/__init__.py', 'tiny/ca.pem']);
    assert.match(texts(bytes)['tiny/__init__.py'] ?? '', /answer = 42/);
    world.steps.length = 0;
    assert.equal((await world.pack(folder, python)).hash, hash);
    assert.ok(!world.steps.includes('Installing dependencies'), 'the second time the cache is used');
    rmSync(world.cache, { recursive: true });
    assert.equal((await world.pack(folder, python)).hash, hash, 'a fresh install gives the same bytes');
    world.write(folder, { 'tiny/__init__.py': 'answer = 43\n' });
    const own = texts((await world.pack(folder, python)).bytes);
    assert.equal(own['tiny/__init__.py'], 'answer = 43\n', 'what the folder has itself goes before what is installed');
  });

  it('installs for the cloud', async () => {
    const { files } = await world.pack(project(listed), { ...python, runtime: 'python3.13', architecture: 'arm64' }, { platform: 'linux' });
    assert.ok(files.includes('tiny/__init__.py'));
  });

  it('installs again when an included file or a wheel changed', async () => {
    const folder = project('--no-index\n-r more.txt\n', { 'more.txt': './wheels/tiny-1.0-py3-none-any.whl\n' });
    const installs = async (): Promise<boolean> => {
      world.steps.length = 0;
      await world.pack(folder, python);
      return world.steps.includes('Installing dependencies');
    };
    assert.deepEqual([await installs(), await installs()], [true, false]);
    world.write(folder, { 'more.txt': '# changed\n./wheels/tiny-1.0-py3-none-any.whl\n./wheels/tiny-1.0-py3-none-any.whl\n' });
    assert.equal(await installs(), true);
    utimesSync(path.join(folder, 'wheels/tiny-1.0-py3-none-any.whl'), 1, 1);
    assert.equal(await installs(), true);
  });

  it('starts nothing when requirements.txt asks for nothing', async () => {
    const tools = { node: process.execPath, esbuild: '' };
    assert.deepEqual((await world.pack(project('# nothing yet\n\n'), python, { tools })).files, ['app.py']);
  });

  it('says in one sentence why an install failed, with the line', async () => {
    const error = await world.refuse(project('--no-index\n--find-links wheels\ntiny\nnot-there==9\n'), python);
    assert.match(error.message, /^The dependencies in requirements\.txt could not be installed: No matching distribution found for not-there==9\. Correct requirements\.txt, then deploy again\.$/);
    assert.equal(error.place?.line, 4);
    assert.match((await world.refuse(project('tiny ==== 1\n'), python)).message, /could not be installed: .*tiny ==== 1/);
    const tools = { node: process.execPath, esbuild: '' };
    if (!(await findProgram(['uv']))) assert.match((await world.refuse(project(listed), { ...python, runtime: 'python3.99' }, { tools })).message, /neither uv nor Python was found/);
    assert.deepEqual(readdirSync(world.cache).filter((name) => name.startsWith('.tmp')), []);
  });
});

function hasPip(program: string): boolean {
  try {
    execFileSync(program, ['-m', 'pip', '--version'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    return !(error instanceof Error);
  }
}
