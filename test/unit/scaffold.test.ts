import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import fc from 'fast-check';
import { isInputError } from '../../src/core/errors';
import { freeName, nameProblem } from '../../src/core/scaffolding/functionName';
import { findBody } from '../../src/core/scaffolding/handlerBody';
import { readManifest } from '../../src/core/manifest';
import type { Template, TemplateLanguage } from '../../src/core/provider';
import { scaffold, type ScaffoldRequest } from '../../src/core/scaffold';
import { createVenv } from '../../src/core/scaffolding/venv';

const signal = new AbortController().signal;
const says = (pattern: RegExp) => (error: unknown) => isInputError(error) && pattern.test(error.message);

function template(files: Readonly<Record<string, string>>): { template: Template; language: TemplateLanguage } {
  const language: TemplateLanguage = {
    ...{ id: 'python', label: 'Python', runtime: 'python3.13', handler: 'app.handler', entry: 'app.py' },
    files: async () => files,
  };
  const card = { id: 'plain', label: 'Plain', description: '', icon: 'zap', languages: [language] };
  return { template: { ...card, event: async () => '{}\n' }, language };
}

const files = { 'app.py': '"""{{name}}, {{name}}"""\n', 'lib/deep/a.txt': 'a', '.deckignore': 'events/\n' };

describe('scaffold', () => {
  let parent: string;
  beforeEach(async () => void (parent = await mkdtemp(path.join(tmpdir(), 'scaffold-'))));
  afterEach(() => rm(parent, { recursive: true, force: true }));

  const request = (change: Partial<ScaffoldRequest> = {}): ScaffoldRequest => ({
    ...{ name: 'hello', folder: path.join(parent, 'hello'), targets: { local: { provider: 'local' } } },
    ...template(files),
    ...change,
  });

  it('writes the sources, the manifest and the sample event', async () => {
    const { folder, entry, manifest, files: written } = await scaffold(request(), { signal });
    assert.equal(entry, path.join(parent, 'hello', 'app.py'));
    assert.deepEqual(written, ['.deckignore', 'app.py', 'deck.json', 'events/plain.json', 'lib/deep/a.txt']);
    assert.equal(await readFile(entry, 'utf8'), '"""hello, hello"""\n');
    assert.deepEqual(await readManifest(folder, { signal }), manifest);
    assert.deepEqual(manifest.targets, { local: { provider: 'local' } });
    assert.deepEqual(await readdir(parent), ['hello']);
  });

  it('says in the manifest how a framework calls the handler, and gives it room', async () => {
    const { template: given, language } = template(files);
    const signature = 'functions-framework/http';
    const { folder, manifest } = await scaffold(request({ template: given, language: { ...language, signature } }), { signal });
    assert.deepEqual(await readManifest(folder, { signal }), manifest);
    const { memory, timeout } = manifest;
    assert.deepEqual({ memory, timeout, signature: manifest.signature }, { memory: 256, timeout: 60, signature });
  });

  it('gives the new folder the mode of any other', async function () {
    if (process.platform === 'win32') this.skip();
    await mkdir(path.join(parent, 'other'));
    const { folder } = await scaffold(request(), { signal });
    assert.equal((await stat(folder)).mode, (await stat(path.join(parent, 'other'))).mode);
  });

  it('makes the folders above, and fits into a folder with other files', async () => {
    const folder = path.join(parent, 'a', 'b', 'hello');
    await scaffold(request({ folder }), { signal });
    const second = path.join(parent, 'second');
    await mkdir(path.join(second, 'lib'), { recursive: true });
    await writeFile(path.join(second, 'lib', 'mine.txt'), 'mine');
    await scaffold(request({ folder: second }), { signal });
    assert.equal(await readFile(path.join(second, 'lib', 'mine.txt'), 'utf8'), 'mine');
    assert.deepEqual((await readdir(second)).sort(), ['.deckignore', 'app.py', 'deck.json', 'events', 'lib']);
    assert.deepEqual((await readdir(parent)).sort(), ['a', 'second']);
  });

  for (const file of ['deck.json', 'app.py', 'events/plain.json']) {
    it(`never writes over ${file}, and leaves nothing behind`, async () => {
      const folder = path.join(parent, 'hello');
      await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
      await writeFile(path.join(folder, file), 'mine');
      const before = await tree(parent);
      await assert.rejects(scaffold(request(), { signal }), says(/exists already and is left as it is/));
      assert.equal(await readFile(path.join(folder, file), 'utf8'), 'mine');
      assert.deepEqual(await tree(parent), before);
    });
  }

  it('does not write through a link that leads nowhere', async function () {
    if (process.platform === 'win32') this.skip();
    const folder = path.join(parent, 'hello');
    await mkdir(folder);
    await symlink(path.join(parent, 'outside.py'), path.join(folder, 'app.py'));
    await assert.rejects(scaffold(request(), { signal }), says(/exists already/));
    assert.deepEqual(await readdir(parent), ['hello']);
  });

  it('takes back what it made when it cannot go on', async () => {
    const folder = path.join(parent, 'hello');
    await mkdir(folder);
    // A file where a folder of the template belongs is met half way.
    await writeFile(path.join(folder, 'lib'), 'mine');
    const before = await tree(parent);
    await assert.rejects(scaffold(request(), { signal }), isInputError);
    assert.deepEqual(await tree(parent), before);
  });

  it('says when it may not write', async function () {
    if (process.platform === 'win32' || process.getuid?.() === 0) this.skip();
    await chmod(parent, 0o500);
    await assert.rejects(scaffold(request(), { signal }), says(/may not be written to/));
    await chmod(parent, 0o700);
  });

  it('says when a part of the path is a file', async () => {
    await writeFile(path.join(parent, 'file'), '');
    await assert.rejects(scaffold(request({ folder: path.join(parent, 'file', 'hello') }), { signal }), says(/part of its path is a file/));
  });

  it('leaves nothing behind after an abort', async () => {
    const folder = path.join(parent, 'new', 'hello');
    await assert.rejects(scaffold(request({ folder }), { signal: AbortSignal.abort() }), { name: 'AbortError' });
    assert.deepEqual(await readdir(parent), []);
  });

  for (const file of ['../x', '/etc/x', 'a/../../x', 'a\\..\\x', 'C:/x', 'a//b', './x', '']) {
    it(`refuses a template that names "${file}"`, async () => {
      await assert.rejects(scaffold(request(template({ [file]: 'x' })), { signal }), says(/outside of the folder/));
      assert.deepEqual(await readdir(parent), []);
    });
  }

  it('refuses a bad name before it touches the disk', async () => {
    for (const name of ['', '../x', 'a/b', 'a b', 'ä', 'con', 'a'.repeat(65), 'a\n']) {
      await assert.rejects(scaffold(request({ name }), { signal }), isInputError);
    }
    assert.deepEqual(await readdir(parent), []);
  });
});

async function tree(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).sort();
}

describe('functionName', () => {
  it('takes names that every place takes', () => {
    for (const name of ['a', 'Hello-World_1', '9', 'a'.repeat(64), 'console', 'com']) assert.equal(nameProblem(name), undefined);
  });

  it('says what is wrong with the others', () => {
    for (const name of ['', '.', '..', '../x', 'a.b', 'NUL', 'com1', 'LPT9', 'é', 'a\u0000', 'a'.repeat(65)]) {
      assert.match(nameProblem(name) ?? '', /^[^\n]+\.$/, name);
    }
  });

  it('lets nothing through that is a path', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => nameProblem(name) !== undefined || /^[\w-]{1,64}$/.test(name)),
      { numRuns: 1000 },
    );
  });

  it('counts up to a name that is free', () => {
    assert.equal(freeName('hello', new Set()), 'hello');
    assert.equal(freeName('hello', new Set(['hello', 'hello-2'])), 'hello-3');
  });
});

describe('handlerBody', () => {
  const table: readonly [string, string, number, number][] = [
    ['def handler(event, context):\n    return 1\n', 'handler', 1, 4],
    ['import x\n\ndef handler(\n    event,\n    context,\n):\n    """Doc."""\n    return 1\n', 'handler', 7, 4],
    ['def handler(e, c):\n    """Doc.\n\n    More.\n    """\n    pass\n', 'handler', 5, 4],
    ['export const handler = async (event) => {\r\n  return 1;\r\n};\r\n', 'handler', 1, 2],
    ['export const handler = async (\n  event: Foo,\n): Promise<Bar> => {\n  return 1;\n};', 'handler', 3, 2],
    ['exports.handler = function (event) {\n\treturn 1;\n}', 'handler', 1, 1],
    ['export async function main(event) {\n  x();\n}', 'main', 1, 2],
    ["import { http } from 'x';\n\nhttp('hello', (request, response) => {\n  response.send();\n});\n", 'hello', 3, 2],
    ['functions.cloudEvent<Array<Data>>("on-event", async (event) => {\n  x();\n});\n', 'on-event', 1, 2],
  ];
  for (const [text, name, line, column] of table) {
    it(`finds ${JSON.stringify(text.slice(0, 40))}`, () => assert.deepEqual(findBody(text, name), { line, column }));
  }

  it('finds nothing where there is nothing', () => {
    assert.equal(findBody('', 'handler'), undefined);
    assert.equal(findBody('handler_of(x)', 'handler'), undefined);
  });
});

describe('venv', () => {
  let folder: string;
  beforeEach(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'venv-'))));
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const options = { signal, report: () => undefined };

  it('leaves nothing of a failure, and says what failed', async () => {
    await assert.rejects(createVenv(folder, path.join(folder, 'no-python'), options), isInputError);
    // Node knows no such module either.
    await assert.rejects(createVenv(folder, process.execPath, options), says(/could not create \.venv/));
    assert.deepEqual(await readdir(folder), []);
  });

  it('keeps a .venv that is there', async () => {
    await mkdir(path.join(folder, '.venv'));
    await assert.rejects(createVenv(folder, 'python3', options), says(/exists already/));
    assert.deepEqual(await readdir(folder), ['.venv']);
  });

  it('gives up when told to', async () => {
    await assert.rejects(createVenv(folder, 'python3', { ...options, signal: AbortSignal.abort() }), { name: 'AbortError' });
    assert.deepEqual(await readdir(folder), []);
  });
});
