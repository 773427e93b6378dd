import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isInputError } from '../../core/errors';
import { type Esbuild, ownEsbuild, runEsbuild } from '../../core/packaging/esbuild';
import { type Compiled, type Fault, optionsOf, type Plan } from './compiler';

const longestMs = 60_000;

/** The esbuild that the first of some folders has installed itself. */
export async function findOwn(folders: readonly string[]): Promise<Esbuild | undefined> {
  for (const folder of folders) {
    const own = await ownEsbuild(folder);
    if (own) return own;
  }
  return undefined;
}

/** Compiles with a program, which is fast enough to be started each time. */
export async function compileWith(esbuild: Esbuild, plan: Plan): Promise<Compiled> {
  const out = await mkdtemp(path.join(tmpdir(), 'function-deck-'));
  try {
    const inputs = path.join(out, 'inputs.metafile');
    const options = optionsOf(plan);
    const args = [...flags(options, path.join(out, path.basename(plan.outfile))), `--metafile=${inputs}`];
    const ended = await runEsbuild(esbuild, { node: process.execPath, args, cwd: plan.folder, input: options.stdin?.contents }, { signal: AbortSignal.timeout(longestMs) });
    if (ended.code !== 0) return { ok: false, fault: faultIn(ended.stderr, plan.folder) };
    const names = (await readdir(out)).filter((name) => !name.endsWith('.metafile'));
    const files = await Promise.all(names.map(async (name) => ({ path: path.join(out, name), contents: new Uint8Array(await readFile(path.join(out, name))) })));
    const { inputs: all } = JSON.parse(await readFile(inputs, 'utf8')) as { inputs: Record<string, unknown> };
    return { ok: true, files, inputs: Object.keys(all).map((input) => path.resolve(plan.folder, input)) };
  } catch (error) {
    if (isInputError(error)) return { ok: false, fault: { message: error.message } };
    throw error;
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

function flags(options: ReturnType<typeof optionsOf>, outfile: string): readonly string[] {
  const { entryPoints, stdin, define = {}, banner, loader = {}, packages, target, format } = options;
  return [
    ...['--bundle', '--platform=node', `--target=${String(target)}`, `--format=${format}`, '--sourcemap=linked', '--sources-content=false'],
    ...['--legal-comments=none', '--log-level=error', '--color=false', `--outfile=${outfile}`],
    ...Object.entries(define).map(([name, value]) => `--define:${name}=${value}`),
    ...Object.entries(loader).map(([ending, how]) => `--loader:${ending}=${how}`),
    ...(banner?.js ? [`--banner:js=${banner.js}`] : []),
    ...(packages ? [`--packages=${packages}`] : []),
    ...(stdin ? [`--sourcefile=${stdin.sourcefile}`, `--loader=${stdin.loader}`] : entryPoints),
  ];
}

function faultIn(stderr: string, folder: string): Fault {
  const message = /\[ERROR\] (.+)/.exec(stderr)?.[1] ?? '';
  const [, file, line, column, code] = /^ {2,}(\S.*?):(\d+):(\d+):\s*\n\s*\d+ │ (.*)$/m.exec(stderr) ?? [];
  return file ? { message, file: path.resolve(folder, file), line: Number(line), column: Number(column), code } : { message };
}
