import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import ts from 'typescript';

const src = path.resolve(__dirname, '../../src');

interface Import {
  /** Path below src, with `/`. */
  readonly from: string;
  /** Path below src for a file of ours, else the package's name. */
  readonly to: string;
  readonly own: boolean;
  readonly lazy: boolean;
  readonly type: boolean;
}

const files = list(src).filter((file) => file.endsWith('.ts') && !file.includes('/templates/') && !file.includes('/bootstrap/'));
const imports = files.flatMap(importsOf);

/** The rooms of the house, and which of them each may look into. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  'extension.ts': ['ui', 'providers', 'core'],
  ui: ['ui', 'core'],
  core: ['core'],
  providers: ['providers', 'core'],
  runtime: ['runtime', 'core'],
};

describe('the directions of imports', () => {
  it('there is something to look at', () => {
    assert.ok(files.length > 50 && imports.length > 200);
    assert.deepEqual([...new Set(files.map(room))].sort(), Object.keys(mayImport).sort());
  });

  it('no room looks into one that it should not know, not even for a type', () => {
    assert.deepEqual(wrong(({ from, to, own }) => own && !mayImport[room(from)]?.includes(room(to))), []);
  });

  it('only what talks to the editor imports it', () => {
    assert.deepEqual(wrong(({ from, to }) => to === 'vscode' && room(from) !== 'ui' && from !== 'extension.ts'), []);
  });

  it('a cloud SDK is imported by its provider alone', () => {
    assert.deepEqual(wrong(({ from, to }) => /^@(aws-sdk|smithy|azure|google-cloud)\/|^google(apis|-auth-library)\b/.test(to) && room(from) !== 'providers'), []);
  });

  it('a provider imports no other, but that the local one is built on AWS', () => {
    const foreign = ({ from, to, own }: Import): boolean => own && room(from) === 'providers' && house(from) !== '' && house(from) !== house(to) && room(to) === 'providers';
    assert.deepEqual(wrong((found) => foreign(found) && !(house(found.from) === 'local' && house(found.to) === 'aws')), []);
  });

  it('only the list of providers names them all', () => {
    assert.deepEqual(wrong(({ from, to, own }) => own && room(to) === 'providers' && house(to) !== '' && house(from) === '' && from !== 'providers/index.ts'), []);
    assert.deepEqual(wrong(({ from, to }) => from === 'extension.ts' && room(to) === 'providers' && to !== 'providers/index.ts'), []);
  });

  it('core knows no provider by name', () => {
    const names = list(path.join(src, 'providers')).map((file) => file.split('/')[0] ?? '').filter((name) => !name.includes('.'));
    const quoted = new RegExp(`(['"\`])(${[...new Set(names)].join('|')})\\1`);
    const told = files.filter((file) => room(file) === 'core' && quoted.test(withoutComments(readFileSync(path.join(src, file), 'utf8'))));
    assert.deepEqual(told, []);
  });

  it('what is in the first bundle stays light', () => {
    const heavy = [...reach('extension.ts')].filter((name) => name.startsWith('npm:') && name !== 'npm:vscode' && !allowedAtStart.has(name.slice(4)));
    assert.deepEqual(heavy, []);
  });

  it('the local runtime stands alone', () => {
    assert.deepEqual(wrong(({ from, to, own }) => own && room(to) === 'runtime' && room(from) !== 'runtime'), []);
    // But for the type of all that there is to work on, the APIs know nothing of what calls functions by itself.
    assert.deepEqual(wrong(({ from, to }) => from.startsWith('runtime/api/') && from !== 'runtime/api/call.ts' && to.startsWith('runtime/trigger/')), []);
    assert.deepEqual([...reach('runtime/main.ts')].filter((name) => /^(ui|providers)\/|^npm:vscode|^npm:@aws-sdk/.test(name)), []);
  });

  it('a light provider reaches no SDK before it is used', () => {
    for (const index of files.filter((file) => /^providers\/[^/]+\/index\.ts$/.test(file))) {
      assert.deepEqual([...reach(index)].filter((name) => name.startsWith('npm:')), [], index);
    }
  });
});

/** Small parsers that the manifest needs at once. */
const allowedAtStart = new Set(['jsonc-parser', '@cfworker/json-schema', 'ignore']);

function list(folder: string): string[] {
  return ts.sys.readDirectory(folder, ['.ts']).map((file) => path.relative(folder, file).split(path.sep).join('/'));
}


function importsOf(file: string): Import[] {
  const source = ts.createSourceFile(file, readFileSync(path.join(src, file), 'utf8'), ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  const add = (specifier: ts.Node, lazy: boolean, type: boolean): void => {
    if (ts.isStringLiteralLike(specifier)) found.push(resolve(file, specifier.text, lazy, type));
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, false, node.importClause?.isTypeOnly ?? false);
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier) add(node.moduleSpecifier, false, node.isTypeOnly);
    else if (ts.isCallExpression(node) && isLoad(node.expression)) node.arguments.slice(0, 1).forEach((specifier) => add(specifier, true, false));
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, false, true);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function isLoad(expression: ts.Expression): boolean {
  return expression.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(expression) && expression.text === 'require');
}

function resolve(from: string, specifier: string, lazy: boolean, type: boolean): Import {
  if (!specifier.startsWith('.')) return { from, to: specifier, own: false, lazy, type };
  const target = path.posix.join(path.posix.dirname(from), specifier);
  const to = [`${target}.ts`, `${target}/index.ts`, target].find((candidate) => files.includes(candidate)) ?? target;
  // The manifest is data that everybody may know, not a room.
  return { from, to, own: to !== '../package.json', lazy, type };
}

function room(file: string): string {
  return file.split('/')[0] ?? '';
}

/** The provider that a file belongs to; empty outside of any. */
function house(file: string): string {
  const parts = file.split('/');
  return parts[0] === 'providers' && parts.length > 2 ? (parts[1] ?? '') : '';
}

function wrong(is: (found: Import) => boolean): string[] {
  return imports.filter(is).map(({ from, to }) => `${from} imports ${to}`);
}

/** Everything that loading a file loads: our files by path, packages as `npm:name`. */
function reach(start: string, seen = new Set<string>()): Set<string> {
  if (seen.has(start)) return seen;
  seen.add(start);
  for (const { to, own } of imports.filter(({ from, lazy, type }) => from === start && !lazy && !type)) {
    if (own) reach(to, seen);
    else if (!to.startsWith('node:') && !to.startsWith('.') && !builtinModules.includes(to)) seen.add(`npm:${packageName(to)}`);
  }
  return seen;
}

function packageName(specifier: string): string {
  return specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
}
