import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { compileFunction } from 'node:vm';
import { InputError } from '../errors';
import type { CallOptions } from '../provider';
import type { Entry } from './handler';
import { isModule, readProject } from './nodeProject';
import { ownPython } from './ownPython';
import { isOlder, type PackageRequest, versionOf } from './request';
import { run, tellingLine } from './spawn';

interface Mistake {
  readonly message: string;
  readonly line: number;
  readonly column?: number;
  /** Version of the program that judged. */
  readonly judge: readonly number[];
}

const compile = `
import json, sys, warnings
warnings.simplefilter('ignore')
try:
    compile(open(sys.argv[1], 'rb').read(), 'handler', 'exec', dont_inherit=True)
except (SyntaxError, ValueError) as e:
    print(json.dumps({'message': getattr(e, 'msg', None) or str(e), 'line': getattr(e, 'lineno', 0) or 1, 'column': getattr(e, 'offset', 0) or 1, 'judge': list(sys.version_info[:2])}))
`;

/** Throws `InputError` with the place if the handler's file cannot be parsed; a language without a tool at hand is let pass. */
export async function checkSyntax(request: PackageRequest, entry: Entry | undefined, options: CallOptions): Promise<void> {
  if (!entry) return;
  const file = path.join(request.folder, entry.path);
  const mistake = await findMistake(request, entry, file, options);
  if (!mistake || isNewer(request, mistake.judge)) return;
  const { message, line, column } = mistake;
  throw new InputError(`${entry.path}, line ${line}: ${tellingLine(message)}; correct it, then deploy again.`, { file, line, column });
}

async function findMistake(request: PackageRequest, entry: Entry, file: string, options: CallOptions): Promise<Mistake | undefined> {
  const { node, python } = request.tools;
  if (entry.language === 'python' && python) return twoOpinions(request, python, file, options);
  if (entry.language === 'javascript' && !(await isScript(request.folder, file))) return nodeMistake(node, file, options);
  return undefined;
}

/** So many characters are parsed before anybody notices. */
const quick = 256 * 1024;

/** Whether a CommonJS module has no mistake, as far as can be told at once: to start a Node for it takes longer than all the rest. */
async function isScript(folder: string, file: string): Promise<boolean> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined || text.length > quick || isModule(await readProject(folder), file)) return false;
  try {
    compileFunction(text, ['exports', 'require', 'module', '__filename', '__dirname']);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** An older Python than the function's is not the last judge where the function's own is at hand. */
async function twoOpinions(request: PackageRequest, python: string, file: string, options: CallOptions): Promise<Mistake | undefined> {
  const mistake = await pythonMistake(python, file, options);
  if (!mistake || !isOlder(mistake.judge, versionOf(request.manifest.runtime ?? ''))) return mistake;
  const own = await ownPython(request, options);
  return own && own !== python ? pythonMistake(own, file, options) : mistake;
}

async function pythonMistake(python: string, file: string, options: CallOptions): Promise<Mistake | undefined> {
  const { stdout } = await run({ file: python, args: ['-I', '-S', '-c', compile, file], cwd: path.dirname(file) }, options);
  return stdout.trim() ? (JSON.parse(stdout) as Mistake) : undefined;
}

async function nodeMistake(node: string, file: string, options: CallOptions): Promise<Mistake | undefined> {
  const { code, stderr } = await run({ file: node, args: ['--check', file], cwd: path.dirname(file) }, options);
  const message = /^SyntaxError.*: (.*)$/m.exec(stderr)?.[1];
  if (code === 0 || message === undefined) return undefined;
  const caret = /^( *)\^+\s*$/m.exec(stderr)?.[1];
  const line = Number(/:(\d+)\r?$/m.exec(stderr)?.[1] ?? 1);
  return { message, line, column: caret === undefined ? undefined : caret.length + 1, judge: nodeVersion(stderr) };
}

function nodeVersion(stderr: string): readonly number[] {
  return [Number(/^Node\.js v(\d+)/m.exec(stderr)?.[1] ?? 0)];
}

/** In the cloud a newer runtime may know syntax that this machine's does not; here the same program runs it. */
function isNewer({ platform, manifest }: PackageRequest, judge: readonly number[]): boolean {
  return platform === 'linux' && isOlder(judge, versionOf(manifest.runtime ?? ''));
}
