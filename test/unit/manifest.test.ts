import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { isInputError } from '../../src/core/errors';
import { existsManifest, type Manifest, manifestText, readManifest, writeManifest, writeTarget } from '../../src/core/manifest';
import { parseManifest } from '../../src/core/manifestReader';
import { manifestSettings } from '../../src/core/manifestSettings';

const options = { signal: new AbortController().signal };
const full: Manifest = {
  name: 'hello',
  runtime: 'python3.13',
  handler: 'lambda_function.lambda_handler',
  description: 'Says hello',
  memory: 128,
  timeout: 10,
  architecture: 'arm64',
  environment: { LOG_LEVEL: 'info', TOKEN: '${secret:API_TOKEN}', URL: 'https://me:${secret:PW}@x' },
  cpu: 0.5,
  concurrency: 80,
  minInstances: 0,
  maxInstances: 10,
  secrets: { KEY: 'api-key', OTHER: 'other:3', FULL: 'projects/p/secrets/s/versions/latest' },
  signature: 'functions-framework/http',
  targets: {
    local: { provider: 'local' },
    dev: { provider: 'gcp', scope: 'p/l', trigger: { kind: 'storage', bucket: 'b', event: 'deleted' }, access: 'private' },
    prod: { provider: 'aws', scope: 'default/us-east-1', name: 'hello-prod', role: 'arn:aws:iam::1:role/r', protected: true },
  },
};

const bad: readonly { readonly what: string; readonly text: string; readonly line: number; readonly says: RegExp }[] = [
  { what: 'empty', text: '', line: 1, says: /file is empty/ },
  { what: 'only space', text: ' \n\n', line: 1, says: /file is empty/ },
  { what: 'not JSON', text: 'name: hello', line: 1, says: /not JSON/ },
  { what: 'a comma missing', text: '{\n  "name": "a"\n  "memory": 128\n}', line: 3, says: /comma is missing/ },
  { what: 'a string that does not end', text: '{\n  "name": "a\n}', line: 2, says: /not closed/ },
  { what: 'cut off', text: '{ "name": "a",\n "targets": {', line: 2, says: /missing/ },
  { what: 'text after the end', text: '{ "name": "a" }\n{}', line: 2, says: /remove what follows/ },
  { what: 'a list', text: '[]', line: 1, says: /manifest is a JSON object/ },
  { what: 'null', text: 'null', line: 1, says: /manifest is a JSON object/ },
  { what: 'no name', text: '{\n}', line: 1, says: /"name" is missing/ },
  { what: 'a name with a space', text: '{ "name": "a b" }', line: 1, says: /"name" must be 1 to 64 letters/ },
  { what: 'a name of a path', text: '{ "name": "../x" }', line: 1, says: /"name" must be/ },
  { what: 'a long name', text: `{ "name": "${'a'.repeat(65)}" }`, line: 1, says: /"name" must be/ },
  { what: 'a number as a name', text: '{ "name": 7 }', line: 1, says: /"name" must be/ },
  { what: 'little memory', text: '{\n "name": "a",\n "memory": 64\n}', line: 3, says: /"memory" must be a whole number of MB from 128 to 32768/ },
  { what: 'much memory', text: '{\n "name": "a",\n "memory": 32769\n}', line: 3, says: /from 128 to 32768/ },
  { what: 'memory as a text', text: '{\n "name": "a",\n "memory": "128"\n}', line: 3, says: /whole number of MB/ },
  { what: 'half a MB', text: '{\n "name": "a",\n "memory": 128.5\n}', line: 3, says: /whole number of MB/ },
  { what: 'no timeout', text: '{ "name": "a", "timeout": 0 }', line: 1, says: /seconds from 1 to 3600/ },
  { what: 'long timeout', text: '{ "name": "a", "timeout": 3601 }', line: 1, says: /seconds from 1 to 3600/ },
  { what: 'an endless timeout', text: '{ "name": "a", "timeout": 1e999 }', line: 1, says: /seconds from 1 to 3600/ },
  { what: 'a runtime with a space', text: '{ "name": "a", "runtime": "python 3" }', line: 1, says: /"runtime" must be/ },
  { what: 'a runtime number', text: '{ "name": "a", "runtime": 3.13 }', line: 1, says: /"runtime" must be/ },
  { what: 'a wrong processor', text: '{ "name": "a", "architecture": "x86" }', line: 1, says: /"x86_64" or "arm64"/ },
  { what: 'an unknown member', text: '{\n "name": "a",\n "memroy": 128\n}', line: 3, says: /"memroy" is not known here; known are "name", .*"memory"/ },
  { what: 'an environment list', text: '{ "name": "a", "environment": [] }', line: 1, says: /"environment" must be an object/ },
  { what: 'an environment number', text: '{ "name": "a",\n "environment": {\n "PORT": 80 } }', line: 3, says: /text in double quotes/ },
  { what: 'a strange variable', text: '{ "name": "a",\n "environment": {\n "A-B/C~#%": "x" } }', line: 3, says: /must start with a letter/ },
  { what: 'half a secret', text: '{ "name": "a",\n "environment": {\n "A": "${secret:}" } }', line: 3, says: /a secret is written as/ },
  { what: 'no processor', text: '{\n "name": "a",\n "cpu": 0 }', line: 3, says: /"cpu" must be a number of virtual processors from 0.01 to 64/ },
  { what: 'half a call', text: '{ "name": "a", "concurrency": 1.5 }', line: 1, says: /"concurrency" must be a whole number of calls from 1 to 1000/ },
  { what: 'fewer than no instances', text: '{ "name": "a", "minInstances": -1 }', line: 1, says: /"minInstances" must be a whole number from 0/ },
  { what: 'no instances at all', text: '{ "name": "a", "maxInstances": 0 }', line: 1, says: /"maxInstances" must be a whole number from 1/ },
  { what: 'a list of secrets', text: '{ "name": "a", "secrets": ["x"] }', line: 1, says: /"secrets" must be an object/ },
  { what: 'a strange secret', text: '{ "name": "a", "secrets": {\n "A-B": "x" } }', line: 2, says: /name of a secret's environment variable/ },
  { what: 'a value for a secret', text: '{ "name": "a", "secrets": {\n "A": "pass word" } }', line: 2, says: /reference to a secret must be its name/ },
  { what: 'no secret', text: '{ "name": "a", "secrets": {\n "A": "" } }', line: 2, says: /reference to a secret must be its name/ },
  { what: 'a strange signature', text: '{ "name": "a", "signature": "HTTP!" }', line: 1, says: /"signature" must be the name of a way to call a handler/ },
  { what: 'a trigger text', text: '{ "name": "a", "targets": { "x": { "provider": "p",\n "trigger": "http" } } }', line: 2, says: /"trigger" must be an object with a "kind"/ },
  { what: 'a trigger of no kind', text: '{ "name": "a", "targets": { "x": { "provider": "p",\n "trigger": { "topic": "t" } } } }', line: 2, says: /"kind" is missing/ },
  { what: 'a number in a trigger', text: '{ "name": "a", "targets": { "x": { "provider": "p",\n "trigger": { "kind": "k", "retry": true } } } }', line: 2, says: /options of a trigger must be texts/ },
  { what: 'half an access', text: '{ "name": "a", "targets": { "x": { "provider": "p", "access": "open" } } }', line: 1, says: /"access" must be "public" or "private"/ },
  { what: 'a target text', text: '{ "name": "a",\n "targets": {\n "local": "local" } }', line: 3, says: /target must be an object/ },
  { what: 'a target without provider', text: '{ "name": "a",\n "targets": {\n "local": {} } }', line: 3, says: /"provider" is missing/ },
  { what: 'a target with more', text: '{ "name": "a",\n "targets": { "x": {\n "provider": "aws", "region": "r" } } }', line: 3, says: /"region" is not known here; known are "provider", "scope"/ },
  { what: 'a protection text', text: '{ "name": "a", "targets": { "x": { "provider": "aws", "protected": "yes" } } }', line: 1, says: /true or false/ },
  { what: 'a nameless target', text: '{ "name": "a", "targets": { "": { "provider": "aws" } } }', line: 1, says: /name of a target/ },
  { what: 'a name twice', text: '{\n "name": "a",\n "name": "b"\n}', line: 3, says: /"name" is there twice/ },
  { what: 'a deep name twice', text: '{ "name": "a", "environment": {\n "A": "1",\n "A": "2" } }', line: 3, says: /"A" is there twice/ },
  { what: 'a prototype', text: '{ "name": "a",\n "__proto__": {} }', line: 2, says: /cannot be a name/ },
  { what: 'half a character', text: '{ "name": "a", "environment": { "\\ud800": "" } }', line: 1, says: /cannot be a name/ },
  { what: 'a deep nest', text: '['.repeat(200_000), line: 1, says: /too deeply/ },
];

describe('manifest', () => {
  let folder: string;
  const file = (): string => path.join(folder, 'deck.json');
  beforeEach(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'manifest-'))));
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('reads what it wrote', () => {
    assert.deepEqual(parseManifest(manifestText(full), '/x/deck.json'), full);
  });

  it('takes comments, trailing commas, a byte order mark and Windows line ends', () => {
    const text = '\uFEFF// the name\r\n{\r\n  "name": "a", /* ok */\r\n}\r\n';
    assert.deepEqual(parseManifest(text, '/x/deck.json'), { name: 'a' });
  });

  it('takes a runtime that the schema does not list', () => {
    for (const runtime of ['nodejs99.x', 'python312', 'nodejs:20', 'provided.al2023']) {
      assert.equal(parseManifest(JSON.stringify({ name: 'a', runtime }), '/x/deck.json').runtime, runtime);
    }
  });

  for (const { what, text, line, says } of bad) {
    it(`tells the place and the cure of ${what}`, () => {
      assert.throws(
        () => parseManifest(text, path.join('/w', 'hello', 'deck.json')),
        (error) => {
          assert.ok(isInputError(error), String(error));
          assert.match(error.message, says);
          assert.match(error.message, new RegExp(`^hello/deck\\.json, line ${line}: [^\n]+\\.$`));
          assert.equal(error.place?.line, line);
          assert.ok((error.place?.column ?? 0) >= 1);
          return true;
        },
      );
    });
  }

  it('points at the value, or at the name when that is wrong', () => {
    const column = (text: string): unknown => {
      try {
        return parseManifest(text, '/x/deck.json');
      } catch (error) {
        return isInputError(error) ? error.place?.column : error;
      }
    };
    assert.equal(column('{ "name": "a", "memory": 1 }'), 26);
    assert.equal(column('{ "name": "a", "memroy": 1 }'), 16);
  });

  it('says which file it cannot read, and why', async () => {
    await assert.rejects(readManifest(folder, options), /deck\.json is not there/);
    await mkdir(file());
    await assert.rejects(readManifest(folder, options), /is a folder|may not be read/);
    await rm(file(), { recursive: true });
    await writeFile(file(), Buffer.from([0x7b, 0xff, 0xfe, 0x7d]));
    await assert.rejects(readManifest(folder, options), (error) => isInputError(error) && /not UTF-8/.test(error.message) && error.place?.file === file());
  });

  it('gives up when told to', async () => {
    await writeManifest(folder, full);
    await assert.rejects(readManifest(folder, { signal: AbortSignal.abort() }), { name: 'AbortError' });
  });

  it('writes a first manifest and never a second one', async () => {
    assert.equal(await existsManifest(folder), false);
    await writeManifest(folder, full);
    assert.equal(await existsManifest(folder), true);
    assert.deepEqual(await readManifest(folder, options), full);
    await assert.rejects(writeManifest(folder, { name: 'other' }), (error) => isInputError(error) && /is there already/.test(error.message));
    assert.deepEqual(await readManifest(folder, options), full);
  });

  it('adds a target and leaves every other character alone', async () => {
    const before = '\uFEFF{\r\n\t// mine\r\n\t"name":   "a",\r\n\t"targets": {\r\n\t\t"local": { "provider": "local" }\r\n\t}\r\n}\r\n';
    await writeFile(file(), before);
    await writeTarget(folder, 'prod', { provider: 'aws', scope: 's', protected: true });
    const after = await readFile(file(), 'utf8');
    const added = '"local" },\r\n\t\t"prod": { "provider": "aws", "scope": "s", "protected": true }\r\n';
    assert.equal(after, before.replace('"local" }\r\n', added));
    assert.deepEqual(await readdir(folder), ['deck.json']);
  });

  it('lays a new target out like its neighbour', async () => {
    await writeFile(file(), manifestText({ name: 'a', targets: { local: { provider: 'local' } } }));
    await writeTarget(folder, 'dev', { provider: 'aws', scope: 's' });
    const targets = { local: { provider: 'local' }, dev: { provider: 'aws', scope: 's' } };
    assert.equal(await readFile(file(), 'utf8'), manifestText({ name: 'a', targets }));
    await writeFile(file(), '{ "name": "a", "targets": { "local": { "provider": "local" } } }');
    await writeTarget(folder, 'dev', { provider: 'aws' });
    assert.equal(await readFile(file(), 'utf8'), '{ "name": "a", "targets": { "local": { "provider": "local" }, "dev": { "provider": "aws" } } }');
  });

  it('replaces a target, and makes the list when there is none', async () => {
    await writeFile(file(), '{ "name": "a" }');
    await writeTarget(folder, 'dev', { provider: 'aws', scope: 'one' });
    await writeTarget(folder, 'dev', { provider: 'aws', scope: 'two', role: 'r' });
    assert.deepEqual((await readManifest(folder, options)).targets, { dev: { provider: 'aws', scope: 'two', role: 'r' } });
  });

  it('adds answers to a target, and leaves its comments and layout alone', async () => {
    const text = '{ "name": "a", "targets": {\n  // mine\n  "dev": { "provider": "p", /* where */ "scope": "s" },\n  "tall": {\n    "provider": "p", // here\n    "access": "public" // open\n  }\n} }\n';
    await writeFile(file(), text);
    await writeTarget(folder, 'dev', { provider: 'p', scope: 's', trigger: { kind: 'http' }, access: 'private' });
    const one = text.replace('"scope": "s" }', '"scope": "s", "trigger": { "kind": "http" }, "access": "private" }');
    assert.equal(await readFile(file(), 'utf8'), one);
    await writeTarget(folder, 'tall', { provider: 'p', access: 'private', role: 'r' });
    assert.equal(await readFile(file(), 'utf8'), one.replace('"public" // open', '"private", // open\n    "role": "r"'));
    await writeTarget(folder, 'tall', { provider: 'p', role: 'r' });
    assert.deepEqual((await readManifest(folder, options)).targets?.['tall'], { provider: 'p', role: 'r' });
  });

  it('says what a target is set up with, in the words of the contract', () => {
    const { targets = {}, ...manifest } = full;
    const environment = { LOG_LEVEL: 'info' };
    const settings = manifestSettings(full, targets['dev'] ?? { provider: '' }, environment);
    const { memory, timeout, ...same } = manifest;
    const { trigger, access } = targets['dev'] ?? {};
    assert.deepEqual({ name: 'hello', ...settings }, { ...same, memoryMb: memory, timeoutSeconds: timeout, environment, role: undefined, trigger, access });
    assert.equal(manifestSettings({ name: 'a' }, { provider: 'p' }, {}).environment, undefined);
  });

  it('keeps the mode and the link of the file', async function () {
    if (process.platform === 'win32') this.skip();
    const real = path.join(folder, 'real.json');
    await writeFile(real, '{ "name": "a" }');
    await chmod(real, 0o640);
    await symlink('real.json', file());
    await writeTarget(folder, 'dev', { provider: 'aws' });
    assert.equal((await stat(real)).mode & 0o777, 0o640);
    assert.match(await readFile(real, 'utf8'), /"dev"/);
    assert.deepEqual((await readdir(folder)).sort(), ['deck.json', 'real.json']);
  });

  it('writes nothing when the file or the target is wrong', async () => {
    await writeFile(file(), '{ "name": "a", }  // ok');
    await assert.rejects(writeTarget(folder, 'bad/name', { provider: 'aws' }), isInputError);
    await assert.rejects(writeTarget(folder, 'dev', { provider: '' }), isInputError);
    assert.equal(await readFile(file(), 'utf8'), '{ "name": "a", }  // ok');
    await writeFile(file(), '{ "name": ');
    await assert.rejects(writeTarget(folder, 'dev', { provider: 'aws' }), isInputError);
    assert.equal(await readFile(file(), 'utf8'), '{ "name": ');
    assert.deepEqual(await readdir(folder), ['deck.json']);
  });
});
