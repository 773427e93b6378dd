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
    'a function of Azure': {
      files: { 'src/index.js': "const { app } = require('@azure/functions');\napp.setup({ enableHttpStream: true });\n", 'src/functions/hello.js': "const { app } = require('@azure/functions');\napp.http('sayHello', {\n  handler: async () => ({}) });\n", 'package.json': '{"main":"src/{index,functions/*}.js","dependencies":{"@azure/functions":"^4.0.0"}}' },
      expected: { ...node, handler: 'src/functions/hello.sayHello', signature: 'azure-functions/http' },
    },
    'a timer of Azure in TypeScript': {
      files: { 'src/functions/tick.ts': 'import { app, Timer } from "@azure/functions";\napp.timer("tick", { schedule: "0 * * * * *", handler: tick });\n', 'package.json': '{"main":"dist/src/functions/*.js"}' },
      expected: { ...node, handler: 'src/functions/tick.tick', signature: 'azure-functions/event' },
    },
    'several functions of Azure': {
      files: { 'src/functions/a.js': "const { app } = require('@azure/functions');\napp.get('a', () => ({}));\n", 'src/functions/b.js': "const { app } = require('@azure/functions');\napp.post('b', () => ({}));\n" },
      expected: { ...node, signature: 'azure-functions/http' },
    },
    'a decorated function of Azure': {
      files: { 'function_app.py': 'import azure.functions as func\n\napp = func.FunctionApp()\n\n@app.function_name(name="Hello")\n@app.route(\n    route="hello/{id}",\n    methods=("GET",))\nasync def hello(req: func.HttpRequest):\n    pass\n\ndef other(req):\n    pass\n' },
      expected: { ...python, handler: 'function_app.Hello', signature: 'azure-functions/http' },
    },
    'a decorated queue function of Azure': {
      files: { 'function_app.py': 'from azure import functions as func\napp = func.FunctionApp()\n@app.queue_trigger(arg_name="m", queue_name="q", connection="c")\n@app.queue_output(arg_name="o", queue_name="q", connection="c")\ndef work(m, o):\n    pass\n' },
      expected: { ...python, handler: 'function_app.work', signature: 'azure-functions/event' },
    },
    'a function of Vercel': {
      files: { 'vercel.json': '{}', 'api/hello.ts': "import type { VercelRequest } from '@vercel/node';\nexport default function handler(req: VercelRequest) {}\n", 'api/_shared.ts': 'export default 1;\n', 'api/types.d.ts': 'export default 1;\n' },
      expected: { ...node, handler: 'api/hello.default', signature: 'vercel/http' },
    },
    'a function of Vercel for web requests': {
      files: { 'package.json': '{"devDependencies":{"@vercel/node":"5"}}', 'api/web.js': 'export async function POST(request) { return new Response(); }\n' },
      expected: { ...node, handler: 'api/web.POST', signature: 'vercel/http' },
    },
    'a function of Vercel in Python': {
      files: { 'vercel.json': '{}', 'api/index.py': 'from http.server import BaseHTTPRequestHandler\nclass handler(BaseHTTPRequestHandler):\n    pass\n' },
      expected: { ...python, handler: 'api/index.handler', signature: 'vercel/http' },
    },
    'several functions of Vercel': {
      files: { 'vercel.json': '{}', 'api/a.py': 'from flask import Flask\napp = Flask(__name__)\n', 'api/b.js': 'module.exports = (req, res) => res.send(1);\n' },
      expected: { signature: 'vercel/http' },
    },
    'a folder api of another kind': { files: { 'index.js': '', 'api/b.js': 'module.exports = (req, res) => res.send(1);\n' }, expected: { ...node, handler: 'index.handler' } },
    'an action of OpenWhisk': {
      files: { 'manifest.yaml': 'packages:\n  demo:\n    actions:\n      hello:\n        function: ./src/hello.py # mine\n        runtime: python:3\n        main: greet\n        inputs:\n          name: string\n', 'src/hello.py': '' },
      expected: { ...python, handler: 'src/hello.greet', signature: 'openwhisk/main' },
    },
    'an action of OpenWhisk that is a folder': {
      files: { 'manifest.yml': 'packages:\n  demo:\n    actions:\n      hello:\n        function: "actions/hello"\n        runtime: python:3.11\n' },
      expected: { ...python, handler: 'actions/hello/__main__.main', signature: 'openwhisk/main' },
    },
    'another manifest': { files: { 'manifest.yaml': 'name: x\nfunction: a.js\n', 'index.js': '' }, expected: { ...node, handler: 'index.handler' } },
    'a webtask': { files: { 'index.js': "'use strict';\nmodule.exports = function (context, cb) {\n  cb(null, {});\n};\n" }, expected: { ...node, handler: 'index.default', signature: 'webtask/main' } },
    'a webtask with a server': {
      files: { 'webtask.js': "const Webtask = require('webtask-tools');\nmodule.exports = Webtask.fromExpress(app);\n", 'package.json': '{"dependencies":{"webtask-tools":"3"}}' },
      expected: { ...node, handler: 'webtask.default', signature: 'webtask/main' },
    },
    'another export': { files: { 'index.js': 'module.exports = async function (context, req) {};\n' }, expected: { ...node, handler: 'index.handler' } },
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
