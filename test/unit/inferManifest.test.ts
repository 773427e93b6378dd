import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { inferFolder, inferManifest, nameFromFolder } from '../../src/core/scaffolding/inferManifest';

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

describe('inferFolder', () => {
  const listed = '{"dependencies":{"@google-cloud/functions-framework":"^5.0.0"}}';
  const python = { runtime: 'python3.13' };
  const node = { runtime: 'nodejs22.x' };
  const table: Readonly<Record<string, { readonly files: Readonly<Record<string, string>>; readonly expected: object }>> = {
    'a decorated function': {
      files: { 'main.py': 'import functions_framework\n\n@functions_framework.http\ndef hello(request):\n    return ""\n\ndef other(request):\n    pass\n' },
      expected: { ...python, handler: 'main.hello', signature: 'functions-framework/http' },
    },
    'a decorated function for events': {
      files: { 'main.py': 'from functions_framework import cloud_event\n\n@cloud_event\n@traced\nasync def on_event(event):\n    pass\n', 'requirements.txt': '' },
      expected: { ...python, handler: 'main.on_event', signature: 'functions-framework/cloudevent' },
    },
    'a function without a decorator': {
      files: { 'main.py': 'def hello(request: Request) -> str:\n    return ""\n', 'requirements.txt': 'flask\nfunctions-framework==3.*\n' },
      expected: { ...python, handler: 'main.hello', signature: 'functions-framework/http' },
    },
    'several functions': {
      files: { 'main.py': 'import functions_framework\n@functions_framework.http\ndef a(request):\n    pass\n@functions_framework.http\ndef b(request):\n    pass\n' },
      expected: { ...python, signature: 'functions-framework/http' },
    },
    'another main.py': { files: { 'main.py': 'def hello(request):\n    pass\n' }, expected: { ...python, handler: 'main.handler' } },
    'a registered function': {
      files: { 'index.js': "const functions = require('@google-cloud/functions-framework');\nfunctions.http('hello', (req, res) => res.send(''));\nexports.other = (a) => a;\n", 'package.json': listed },
      expected: { ...node, handler: 'index.hello', signature: 'functions-framework/http' },
    },
    'a registered function of TypeScript with a compiled main': {
      files: { 'src/index.ts': "import { cloudEvent } from '@google-cloud/functions-framework';\ncloudEvent<Data>('onEvent', async (event) => {});\n", 'package.json': '{"main":"dist/index.js"}' },
      expected: { ...node, handler: 'src/index.onEvent', signature: 'functions-framework/cloudevent' },
    },
    'a main elsewhere': {
      files: { 'lib/api.mjs': "import * as ff from '@google-cloud/functions-framework';\nff.http('api', () => {});\n", 'package.json': '{"main":"./lib/api.mjs"}' },
      expected: { ...node, handler: 'lib/api.api', signature: 'functions-framework/http' },
    },
    'an exported function': {
      files: { 'index.js': 'exports.hello = async (req, res) => res.send("");\n', 'package.json': listed },
      expected: { ...node, handler: 'index.hello', signature: 'functions-framework/http' },
    },
    'the one of several that a script names': {
      files: {
        'index.js': 'exports.a = (req, res) => {};\nexports.onEvent = (cloudEvent) => {};\n',
        'package.json': `{"scripts":{"start":"functions-framework --target=onEvent --port=8080"},${listed.slice(1)}`,
      },
      expected: { ...node, handler: 'index.onEvent', signature: 'functions-framework/cloudevent' },
    },
    'a Lambda function': { files: { 'index.mjs': 'export const handler = async (event) => event;\n', 'package.json': '{"dependencies":{}}' }, expected: { ...node, handler: 'index.handler' } },
    'a broken package.json': { files: { 'index.js': '', 'package.json': '{"main":' }, expected: { ...node, handler: 'index.handler' } },
  };
  for (const [what, { files, expected }] of Object.entries(table)) {
    it(`knows ${what}`, async () => {
      const folder = mkdtempSync(path.join(tmpdir(), 'infer-'));
      for (const [file, text] of Object.entries(files)) {
        mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
        writeFileSync(path.join(folder, file), text);
      }
      assert.deepEqual(await inferFolder(folder, { signal: new AbortController().signal }), expected);
      rmSync(folder, { recursive: true });
    });
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
