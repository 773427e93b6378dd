import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';
import { templates } from '../../src/providers/aws/templates';
import { templates as googleTemplates } from '../../src/providers/gcp/templates';
import { pythonFramework } from './pythonFramework';
import { realPython } from './realPython';

interface Snippet {
  readonly prefix: string;
  readonly description: string;
  readonly body: readonly string[];
}

const run = promisify(execFile);
const root = path.join(__dirname, '..', '..');
const languages = ['python', 'javascript', 'typescript'] as const;
type Language = (typeof languages)[number];

/** Prefixes that every language has: each trigger template, and the shapes of the other providers. */
const shapes = ['fd-google-http', 'fd-google-event', 'fd-google-pubsub', 'fd-google-storage', 'fd-google-audit', 'fd-azure-http', 'fd-azure-timer', 'fd-azure-queue', 'fd-azure-blob', 'fd-openwhisk', 'fd-openwhisk-web', 'fd-vercel'];

/** Packages that a snippet may import and that are not there to check against. */
const foreign = /^(?:@azure\/functions|@vercel\/node)$/;

const answers: Readonly<Record<string, unknown>> = {
  plain: { message: 'Hello, Ada!' },
  http: { message: 'Hello, Ada!' },
  s3: undefined,
  sqs: { batchItemFailures: [] },
  schedule: undefined,
};

/** What the Google snippets print for the sample events of templates, or answer. */
const prints: readonly (readonly [prefix: string, template: string, line: string])[] = [
  ['fd-google-http', 'http-function', '{"message":"Hello, World!"}'],
  ['fd-google-pubsub', 'pubsub', 'Message 16151394882612314: {"order":1,"item":"tea"}'],
  ['fd-google-storage', 'storage', 'gs://uploads/photos/ada.jpg'],
  ['fd-google-audit', 'eventarc', 'storage.buckets.create of projects/_/buckets/uploads'],
];

describe('snippets', () => {
  let folder: string;
  let snippets: Record<Language, Readonly<Record<string, Snippet>>>;
  const each = (language: Language): [string, string][] => Object.values(snippets[language]).map(({ prefix, body }) => [prefix, expand(body.join('\n'))]);

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'snippets-'));
    await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), 'junction');
    const read = async (language: Language) => [language, JSON.parse(await readFile(path.join(root, 'snippets', `${language}.json`), 'utf8')) as unknown] as const;
    snippets = Object.fromEntries(await Promise.all(languages.map(read))) as typeof snippets;
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('are contributed for every language', async () => {
    const { contributes } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as { contributes: { snippets: unknown } };
    assert.deepEqual(contributes.snippets, languages.map((language) => ({ language, path: `snippets/${language}.json` })));
  });

  it('cover each template and each shape, once', () => {
    const ids = templates('').map(({ id }) => `fd-lambda-${id}`);
    for (const language of languages) {
      const prefixes = Object.values(snippets[language]).map(({ prefix }) => prefix);
      assert.deepEqual([...new Set(prefixes)], prefixes);
      assert.deepEqual([...ids, ...shapes].filter((prefix) => !prefixes.includes(prefix)), [], language);
      for (const prefix of prefixes) assert.match(prefix, /^fd-[a-z0-9-]+$/);
    }
  });

  it('say what they are, and leave the cursor somewhere', () => {
    for (const [title, { description, body }] of languages.flatMap((language) => Object.entries(snippets[language]))) {
      assert.match(title, /^[A-Z][\w ]+: /);
      assert.ok(description.length > 20 && !description.endsWith('.'), title);
      const stops = [...body.join('\n').matchAll(/(?<!\\)\$\{?(\d+)/g)].map(([, number]) => Number(number));
      assert.equal(stops.filter((stop) => stop === 0).length, 1, title);
      // Numbered without a gap, so that Tab goes through them in order.
      const others = [...new Set(stops)].filter(Boolean).sort((a, b) => a - b);
      assert.deepEqual(others, others.map((_, index) => index + 1), title);
    }
  });

  it('expand like the editor expands them', () => {
    assert.equal(expand('a ${1:b} $1 ${2|c,d|} $0'), 'a b b c ');
    assert.equal(expand('`\\${x}` ${0:y(`\\${z\\}`)}'), '`${x}` y(`${z}`)');
  });

  it('compile in Python', async function () {
    const python = await realPython();
    if (!python) return this.skip();
    const script = 'import json, sys\nfor name, text in json.load(sys.stdin):\n    compile(text, name, "exec", dont_inherit=True)\nprint("fine")';
    const child = run(python, ['-W', 'error', '-c', script]);
    child.child.stdin?.end(JSON.stringify(each('python')));
    assert.equal((await child).stdout.trim(), 'fine');
  });

  it('parse in JavaScript', () => {
    for (const [prefix, text] of each('javascript')) {
      const { diagnostics } = ts.transpileModule(text, { fileName: `${prefix}.js`, reportDiagnostics: true, compilerOptions: { allowJs: true, target: ts.ScriptTarget.ESNext } });
      assert.deepEqual(diagnostics?.map(describeProblem), [], prefix);
    }
  });

  it('hold to the strict rules of TypeScript', () => {
    const files = new Map(each('typescript').map(([prefix, text]) => [path.join(root, `${prefix}.snippet.ts`), text]));
    const problems = check(files).filter((problem) => !isForeign(problem));
    assert.deepEqual(problems.map(describeProblem), []);
  });

  it('answer the sample event of their template in Python', async function () {
    const python = await realPython();
    if (!python) return this.skip();
    const script = `
import json, sys
answers = []
for text, event in json.load(sys.stdin):
    scope = {}
    exec(text, scope)
    answers.append(scope["lambda_handler"](event, None))
print(json.dumps(answers))`;
    const child = run(python, ['-c', script]);
    child.child.stdin?.end(JSON.stringify(await calls('python')));
    compare((await child).stdout);
  });

  for (const language of ['javascript', 'typescript'] as const) {
    it(`answer the sample event of their template in ${language}`, async () => {
      const given: unknown[] = [];
      for (const [index, [text, event]] of (await calls(language)).entries()) {
        const file = path.join(folder, `${language}-${index}.mjs`);
        await writeFile(file, ts.transpileModule(text, { compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 } }).outputText);
        const { stdout } = await run(process.execPath, ['--input-type=module', '-e', nodeCall(file, event)]);
        given.push(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
      }
      compare(JSON.stringify(given));
    });
  }

  for (const language of ['javascript', 'typescript'] as const) {
    it(`work under the Functions Framework in ${language}`, async () => {
      const files = await Promise.all(
        (await framed(language)).map(async ([text, event], index) => {
          const file = path.join(folder, `framed-${language}-${index}.mjs`);
          await writeFile(file, ts.transpileModule(text, { compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 } }).outputText);
          return [file, event];
        }),
      );
      const { stdout } = await run(process.execPath, ['--input-type=module', '-e', nodeFrame, JSON.stringify(files)], { cwd: folder });
      assert.deepEqual(stdout.trim().split('\n'), prints.map(([, , line]) => line));
    });
  }

  it('work under the Functions Framework in Python', async function () {
    const python = await realPython();
    const packages = python ? pythonFramework(python) : { problem: 'there is no Python' };
    if (!python || 'problem' in packages) return this.skip();
    const child = run(python, ['-c', pythonFrame, folder], { env: { ...process.env, PYTHONPATH: packages.folder } });
    child.child.stdin?.end(JSON.stringify(await framed('python')));
    assert.deepEqual((await child).stdout.trim().split('\n'), prints.map(([, , line]) => line));
  });

  const framed = async (language: Language): Promise<[string, unknown][]> => {
    const samples = googleTemplates(path.join(root, 'src', 'providers', 'gcp', 'templates'));
    const events = await Promise.all(prints.map(async ([, id]) => (await samples.find((template) => template.id === id)?.event()) ?? ''));
    const texts = new Map(each(language));
    return prints.map(([prefix], index) => [texts.get(prefix) ?? '', JSON.parse(events[index] ?? '') as unknown]);
  };

  const calls = (language: Language): Promise<[string, unknown][]> =>
    Promise.all(
      templates(path.join(root, 'src', 'providers', 'aws', 'templates')).map(async (template) => {
        const text = each(language).find(([prefix]) => prefix === `fd-lambda-${template.id}`)?.[1] ?? '';
        return [text, JSON.parse(await template.event())] as [string, unknown];
      }),
    );
});

function compare(stdout: string): void {
  const given = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as ({ body?: string } | null)[];
  const plain = given.map((answer) => (answer?.body ? (JSON.parse(answer.body) as unknown) : (answer ?? undefined)));
  assert.deepEqual(plain, Object.values(answers));
}

function nodeCall(file: string, event: unknown): string {
  return `const { handler } = await import(${JSON.stringify(pathToFileURL(file))}); console.log(JSON.stringify(await handler(${JSON.stringify(event)}) ?? null));`;
}

/** Calls each function as the framework does. */
const nodeFrame = `
  import { once } from 'node:events';
  import { createRequire } from 'node:module';
  import { pathToFileURL } from 'node:url';
  for (const [file, event] of JSON.parse(process.argv.at(-1))) {
    await import(pathToFileURL(file));
    const server = createRequire(file)('@google-cloud/functions-framework/testing').getTestServer('hello');
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const headers = { 'content-type': event.specversion ? 'application/cloudevents+json' : 'application/json' };
    const response = await fetch('http://127.0.0.1:' + server.address().port, { method: 'POST', headers, body: JSON.stringify(event.body ?? event) });
    const text = await response.text();
    if (response.status >= 300) throw new Error(response.status + ' ' + text);
    if (!event.specversion) console.log(text);
  }
  process.exit();
`;

const pythonFrame = `
import json, os, sys
from functions_framework import create_app
for index, (text, event) in enumerate(json.load(sys.stdin)):
    file = os.path.join(sys.argv[1], "snippet_%d.py" % index)
    with open(file, "w") as out:
        out.write(text + "\\n")
    client = create_app("hello", file).test_client()
    if "specversion" in event:
        response = client.post("/", data=json.dumps(event), headers={"content-type": "application/cloudevents+json"})
    else:
        response = client.post("/", json=event["body"])
        print(json.dumps(response.json, separators=(",", ":")))
    assert response.status_code == 200, response.data
`;

function describeProblem(problem: ts.Diagnostic): string {
  return `${problem.file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(problem.messageText, '\n')}`;
}

/** Type-checks texts as if they were files of this project. */
function check(files: ReadonlyMap<string, string>): readonly ts.Diagnostic[] {
  const options: ts.CompilerOptions = {
    ...{ strict: true, noEmit: true, skipLibCheck: true, verbatimModuleSyntax: true, noUncheckedIndexedAccess: true },
    ...{ target: ts.ScriptTarget.ES2022, lib: ['lib.es2023.d.ts'], types: ['node'], typeRoots: [path.join(root, 'node_modules', '@types')] },
    ...{ module: ts.ModuleKind.Preserve, moduleResolution: ts.ModuleResolutionKind.Bundler, moduleDetection: ts.ModuleDetectionKind.Force },
  };
  const real = ts.createCompilerHost(options);
  const fileExists = (file: string): boolean => files.has(path.normalize(file)) || real.fileExists(file);
  const readText = (file: string): string | undefined => files.get(path.normalize(file)) ?? real.readFile(file);
  const getSourceFile: ts.CompilerHost['getSourceFile'] = (file, version) => ts.createSourceFile(file, readText(file) ?? '', version);
  const host: ts.CompilerHost = Object.assign(Object.create(real) as ts.CompilerHost, { fileExists, readFile: readText, getSourceFile });
  return ts.getPreEmitDiagnostics(ts.createProgram([...files.keys()], options, host));
}

function isForeign(problem: ts.Diagnostic): boolean {
  const name = /module '(.+?)'/.exec(ts.flattenDiagnosticMessageText(problem.messageText, '\n'))?.[1];
  return problem.code === 2307 && foreign.test(name ?? '');
}

/** A snippet's text with every placeholder left at its default; a choice at its first. */
function expand(body: string): string {
  const defaults = new Map<string, string>();
  const filled = body.replace(/\\([\\$}])|\$\{(\d+):((?:\\.|[^}\\])*)\}|\$\{(\d+)\|([^|]*)\|\}/g, (whole, _escaped, stop?: string, text?: string, choice?: string, list?: string) => {
    if (stop !== undefined) defaults.set(stop, unescape(text ?? ''));
    if (choice !== undefined) defaults.set(choice, list?.split(',')[0] ?? '');
    const number = stop ?? choice;
    return number === undefined ? whole : `$${number}`;
  });
  const withDefaults = (text: string): string => text.replace(/\\([\\$}])|\$(\d+)/g, (_, escaped?: string, stop?: string) => escaped ?? withStops(defaults.get(stop ?? '') ?? ''));
  const withStops = (text: string): string => text.replace(/\$(\d+)/g, (_, stop: string) => defaults.get(stop) ?? '');
  return withDefaults(filled);
}

function unescape(text: string): string {
  return text.replace(/\\([\\$}])/g, '$1');
}
