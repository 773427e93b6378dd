import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';
import { findBody } from '../../src/core/scaffolding/handlerBody';
import { languageKey } from '../../src/core/scaffolding/templateList';
import { readManifest } from '../../src/core/manifest';
import { scaffold, type Scaffolded } from '../../src/core/scaffold';
import { templates as ofLambda } from '../../src/providers/aws/templates';
import { templates as ofGoogle } from '../../src/providers/gcp/templates';
import { pythonFramework } from './pythonFramework';
import { realPython } from './realPython';

const run = promisify(execFile);
const root = path.join(__dirname, '..', '..');
const signal = new AbortController().signal;
const folderOf = (provider: string): string => path.join(root, 'src', 'providers', provider, 'templates');
const lambda = ofLambda(folderOf('aws'));
const google = ofGoogle(folderOf('gcp'));
const all = [...lambda, ...google];
// Node without TypeScript of its own runs it by this hook.
const hook = pathToFileURL(createRequire(__filename).resolve('tsx')).href;

/** What each Lambda handler answers to its own sample event. */
const answers: Readonly<Record<string, unknown>> = {
  plain: { message: 'Hello, Ada!' },
  http: { statusCode: 200, headers: { 'content-type': 'application/json' }, body: { message: 'Hello, Ada!' } },
  s3: { handled: ['uploads/my photo(1).jpg'] },
  sqs: { batchItemFailures: [] },
  schedule: { day: '2025-12-31' },
};

/** What each handler of the framework prints for its own sample event. */
const prints: Readonly<Record<string, readonly string[]>> = {
  'http-function': ['POST /hello'],
  pubsub: ['Order 1: tea'],
  storage: ['gs://uploads/photos/ada.jpg: 1024 bytes'],
  eventarc: [
    'projects/my-project/logs/cloudaudit.googleapis.com%2Factivity1a2b3c4d5e1767268800123456 google.cloud.audit.log.v1.written',
    'ada@example.com: storage.buckets.create of projects/_/buckets/uploads',
  ],
};

describe('templates', () => {
  let parent: string;
  let python: string | undefined;
  let packages: ReturnType<typeof pythonFramework> = { problem: 'there is no Python' };
  const folders = new Map<string, Promise<Scaffolded>>();

  before(async function () {
    parent = await mkdtemp(path.join(tmpdir(), 'templates-'));
    python = await realPython();
    if (python) packages = pythonFramework(python);
    if ('problem' in packages) console.log(`    functions of the framework are not run in Python: ${packages.problem}`);
    // The types that the scaffolded package.json would install.
    await symlink(path.join(root, 'node_modules'), path.join(parent, 'node_modules'), 'junction');
  });
  after(() => rm(parent, { recursive: true, force: true }));

  const make = (templateId: string, languageId: string): Promise<Scaffolded> => {
    const name = `${templateId}-${languageId}`;
    const made = folders.get(name) ?? scaffoldOne(name, templateId, languageId);
    folders.set(name, made);
    return made;
  };

  const scaffoldOne = async (name: string, templateId: string, languageId: string): Promise<Scaffolded> => {
    const template = all.find(({ id }) => id === templateId);
    const language = template?.languages.find(({ id }) => id === languageId);
    assert.ok(template && language);
    return scaffold({ name, folder: path.join(parent, name), template, language, targets: { local: { provider: 'local' } } }, { signal });
  };

  it('has an id, a label and an icon for each', async () => {
    const icons = await readFile(path.join(root, 'node_modules', '@vscode', 'codicons', 'dist', 'codicon.css'), 'utf8');
    assert.deepEqual(lambda.map(({ id }) => id), ['plain', 'http', 's3', 'sqs', 'schedule']);
    assert.deepEqual(google.map(({ id, takes }) => `${id} ${takes}`), ['http-function http', 'pubsub cloudevent', 'storage cloudevent', 'eventarc cloudevent']);
    assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
    assert.equal(new Set(all.map(({ label }) => label)).size, all.length);
    for (const { icon, label, description } of all) assert.ok(icons.includes(`.codicon-${icon}:`) && label && description, icon);
  });

  it('begins with Python 3.13 and Node.js 22', () => {
    for (const { languages } of all) {
      assert.deepEqual(languages.map(languageKey), lambda[0]?.languages.map(languageKey), 'every template is there for every version');
      const first = languages.slice(0, 3).map(({ id, runtime }) => `${id} ${runtime}`);
      assert.deepEqual(first, ['python python3.13', 'javascript nodejs22.x', 'typescript nodejs22.x']);
    }
  });

  for (const { id } of all) {
    for (const language of ['python', 'javascript', 'typescript']) {
      it(`${id} in ${language} is whole`, async () => {
        const { folder, files, entry, manifest } = await make(id, language);
        const expected = ['.deckignore', 'deck.json', `events/${id}.json`, language === 'python' ? 'requirements.txt' : 'package.json'];
        for (const file of expected) assert.ok(files.includes(file), file);
        assert.deepEqual(await readManifest(folder, { signal }), manifest);
        for (const file of files) assert.doesNotMatch(await readFile(path.join(folder, file), 'utf8'), /\{\{|\t|\r|[^\n]$/, file);
        JSON.parse(await readFile(path.join(folder, 'events', `${id}.json`), 'utf8'));
        const text = await readFile(entry, 'utf8');
        const body = findBody(text, manifest.handler?.split('.').at(-1) ?? '');
        assert.match(text.split('\n')[body?.line ?? -1]?.slice(body?.column) ?? '', /^(?:const|return|name|request|failed|planned|print|message|uploaded|console|if)\b/);
      });

      it(`${id} in ${language} passes its own test`, async function () {
        const { folder, files } = await make(id, language);
        const [program, args] = language === 'python' ? [python, ['-W', 'error', '-m', 'unittest', '-v']] : [process.execPath, nodeTest(id, language, files)];
        if (!program || !canRun(id, language)) return this.skip();
        const { stdout, stderr } = await run(program, args, { cwd: folder, env: environment(packages) });
        assert.match(stdout + stderr, language === 'python' ? /Ran [2-9] tests[^]*OK/ : /# pass [2-9][^]*# fail 0/);
      });
    }
  }

  for (const language of ['python', 'javascript', 'typescript']) {
    it(`answers its sample events in ${language}`, async function () {
      const made = await Promise.all(lambda.map(({ id }) => make(id, language)));
      const [program, args] = language === 'python' ? [python, ['-c', pythonCalls]] : [process.execPath, nodeCalls];
      if (!program) return this.skip();
      const calls = made.map(({ entry, folder }, index) => [entry, path.join(folder, 'events', `${lambda[index]?.id}.json`)]);
      const { stdout } = await run(program, [...args, JSON.stringify(calls)], { env: environment() });
      const given = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>[];
      for (const answer of given) if ('body' in answer) answer['body'] = JSON.parse(String(answer['body']));
      assert.deepEqual(given, lambda.map(({ id }) => answers[id]));
    });

    it(`prints what its sample events tell, under the framework for ${language}`, async function () {
      const [program, args] = language === 'python' ? [python, ['-c', pythonFrames]] : [process.execPath, nodeFrames];
      if (!program || !google.every(({ id }) => canRun(id, language))) return this.skip();
      const made = await Promise.all(google.map(({ id }) => make(id, language)));
      const calls = made.map(({ entry, folder }, index) => [entry, path.join(folder, 'events', `${google[index]?.id}.json`)]);
      const { stdout } = await run(program, [...args, JSON.stringify(calls)], { env: environment(packages) });
      const expected = google.flatMap(({ id, takes }) => [...(prints[id] ?? []), takes === 'http' ? '{"message":"Hello, Ada!"}' : 'done']);
      assert.deepEqual(stdout.trim().split('\n'), expected);
    });
  }

  const canRun = (id: string, language: string): boolean => language !== 'python' || 'folder' in packages || !google.some((template) => template.id === id);

  it('holds its own TypeScript to the strict rules of its tsconfig.json', async () => {
    const made = await Promise.all(all.map(({ id }) => make(id, 'typescript')));
    const config = ts.getParsedCommandLineOfConfigFile(path.join(made[0]?.folder ?? '', 'tsconfig.json'), {}, { ...ts.sys, onUnRecoverableConfigFileDiagnostic: fail });
    assert.ok(config && config.options.strict);
    const files = made.flatMap(({ folder }) => [path.join(folder, 'index.ts'), path.join(folder, 'handler.test.ts')]);
    const program = ts.createProgram(files, config.options);
    assert.deepEqual(ts.getPreEmitDiagnostics(program).map(describeProblem), []);
  });
});

function fail(problem: ts.Diagnostic): never {
  throw new Error(describeProblem(problem));
}

function describeProblem(problem: ts.Diagnostic): string {
  return `${problem.file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(problem.messageText, '\n')}`;
}

// The editor's or mocha's own settings must not decide how a handler runs.
function environment(packages: ReturnType<typeof pythonFramework> = { problem: '' }): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, PYTHONDONTWRITEBYTECODE: '1', ...('folder' in packages && { PYTHONPATH: packages.folder }) };
  delete env['NODE_OPTIONS'];
  delete env['NODE_TEST_CONTEXT'];
  return env;
}

/** Of each language and provider one finds its test as `npm test` does; the others run it in one process instead of two. */
function nodeTest(id: string, language: string, files: readonly string[]): string[] {
  const file = files.find((name) => name.includes('.test.')) ?? '';
  const asUsersDo = [lambda[0]?.id, google[0]?.id].includes(id) ? ['--test'] : [];
  return [...(language === 'typescript' ? ['--import', hook] : []), ...asUsersDo, '--test-reporter=tap', ...(language === 'typescript' || !asUsersDo.length ? [file] : [])];
}

/** Calls each handler with its event, and writes the answers as the last line. */
const nodeScript = `
  import { readFileSync } from 'node:fs';
  import { pathToFileURL } from 'node:url';
  const answers = [];
  for (const [file, event] of JSON.parse(process.argv.at(-1))) {
    const { handler } = await import(pathToFileURL(file));
    answers.push(await handler(JSON.parse(readFileSync(event, 'utf8'))));
  }
  console.log(JSON.stringify(answers));
`;
const nodeCalls = ['--import', hook, '--input-type=module', '-e', nodeScript];

const pythonCalls = `
import json, runpy, sys
calls = json.loads(sys.argv[1])
print(json.dumps([runpy.run_path(file)["lambda_handler"](json.load(open(event)), None) for file, event in calls]))
`;

/** Sends each handler its event as the framework does, and writes the answer below what the handler prints. */
const nodeFrame = `
  import { once } from 'node:events';
  import { readFileSync } from 'node:fs';
  import { createRequire } from 'node:module';
  import { pathToFileURL } from 'node:url';
  for (const [file, eventFile] of JSON.parse(process.argv.at(-1))) {
    await import(pathToFileURL(file));
    const event = JSON.parse(readFileSync(eventFile, 'utf8'));
    const server = createRequire(file)('@google-cloud/functions-framework/testing').getTestServer('handler');
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { method = 'POST', path = '/', headers = { 'content-type': 'application/cloudevents+json' }, body = event } = event.specversion ? {} : event;
    const response = await fetch('http://127.0.0.1:' + server.address().port + path, { method, headers, body: JSON.stringify(body) });
    const text = await response.text();
    if (response.status >= 300) throw new Error(response.status + ' ' + text);
    console.log(event.specversion ? 'done' : text);
  }
  process.exit();
`;
const nodeFrames = ['--import', hook, '--input-type=module', '-e', nodeFrame];

const pythonFrames = `
import json, sys
from functions_framework import create_app
for file, event_file in json.loads(sys.argv[1]):
    event = json.load(open(event_file))
    client = create_app("handler", file).test_client()
    if "specversion" in event:
        response = client.post("/", data=json.dumps(event), headers={"content-type": "application/cloudevents+json"})
    else:
        response = client.open(event["path"], method=event["method"], json=event["body"], query_string=event["query"])
    assert response.status_code == 200, response.data
    print("done" if "specversion" in event else json.dumps(response.json, separators=(",", ":")))
`;
