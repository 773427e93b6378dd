import { access, realpath } from 'node:fs/promises';
import * as path from 'node:path';
import { findProgram } from '../findProgram';
import { InputError } from '../errors';
import type { CallOptions } from '../provider';
import { fullDisk, saysFullDisk } from './cache';
import { run, tellingLine } from './spawn';

/** How to start npm: it is a script, and on Windows its command cannot be started without a shell. */
interface Npm {
  readonly file: string;
  readonly args: readonly string[];
}

// A connection that stalls is tried again soon: npm itself would wait for it five minutes.
const patient = ['--fetch-timeout=20000', '--fetch-retries=3', '--fetch-retry-mintimeout=1000'];
const quiet = ['--no-audit', '--no-fund', '--no-progress', '--no-update-notifier', '--loglevel=error'];

/** Runs npm in a folder; `InputError` with npm's own reason when it fails. `place` is the file to correct. */
export async function npm(node: string, cwd: string, args: readonly string[], place: string, options: CallOptions): Promise<void> {
  const program = await findNpm(node);
  const { code, stderr } = await run({ file: program.file, args: [...program.args, ...args, ...patient, ...quiet], cwd }, options);
  if (code === 0) return;
  if (saysFullDisk(stderr)) throw fullDisk(cwd, stderr);
  throw new InputError(`npm could not install the dependencies: ${reason(stderr)}. Correct package.json, then deploy again.`, { file: place });
}

async function findNpm(node: string): Promise<Npm> {
  const script = await firstFile(await scripts(node));
  if (script) return { file: node, args: [script] };
  const program = await findProgram(['npm']);
  if (program) return { file: program, args: [] };
  throw new InputError('package.json lists dependencies, and npm was not found to install them; install Node.js from https://nodejs.org, then deploy again.');
}

async function scripts(node: string): Promise<string[]> {
  const own = process.env['npm_execpath'] ?? '';
  const beside = path.dirname(await realpath(node).catch(() => node));
  const found = await findProgram(['npm', 'node']);
  const folders = [beside, ...(found ? [path.dirname(found)] : [])];
  const linked = found ? await realpath(found) : '';
  return [
    ...[own, linked].filter((file) => path.basename(file) === 'npm-cli.js'),
    ...folders.flatMap((folder) => [path.join(folder, 'node_modules'), path.join(folder, '..', 'lib', 'node_modules')]).map((folder) => path.join(folder, 'npm', 'bin', 'npm-cli.js')),
  ];
}

async function firstFile(files: readonly string[]): Promise<string | undefined> {
  for (const file of files) {
    if (await access(file).then(() => true, () => false)) return file;
  }
  return undefined;
}

function reason(stderr: string): string {
  const lines = stderr.split('\n').map((line) => /^npm (?:error|ERR!) ?(.*)/.exec(line)?.[1] ?? '');
  const telling = lines.find((line) => line.trim() && !/^(?:code|errno|syscall|path|dest|A complete log|Log files)\b/.test(line));
  return tellingLine(telling ?? stderr.trim().split('\n').at(-1) ?? '') || 'it gave no reason';
}
