import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { promisify } from 'node:util';
import type { runTests } from '@vscode/test-electron';
import * as esbuild from 'esbuild';
import { findDesktop } from '../host/desktop.mjs';
import { versions } from '../host/versions.mjs';
import { copyWorkspace } from '../host/workspace.mjs';
import { type Figure, median } from './report';

const root = path.resolve(__dirname, '../..');
const out = path.join(root, 'out', 'bench');
const windows = 3;
const execute = promisify(execFile);

interface Activation {
  readonly load: number;
  readonly call: number;
  readonly waited: number;
  /** The whole activation of VS Code's own extension for merge conflicts, in the same window. */
  readonly peer: number;
}

/** What activation costs in the extension host of a real VS Code, by VS Code's own clock, each time in a new window. */
export async function activationFigures(): Promise<Figure[]> {
  await mkdir(out, { recursive: true });
  const entry = path.join(root, 'test/bench/window/index.ts');
  await esbuild.build({ entryPoints: [entry], outfile: path.join(out, 'window.js'), bundle: true, platform: 'node', external: ['vscode'] });
  return [...(await figures('oldest')), ...(await figures('newest'))];
}

async function figures(age: 'oldest' | 'newest'): Promise<Figure[]> {
  const all: Activation[] = [];
  for (let i = 0; i < windows; i++) all.push(await openWindow(age));
  const of = (pick: (one: Activation) => number): number => median(all.map(pick));
  const where = `VS Code ${versions[age].vscode}`;
  const peer = { name: 'merge-conflict (built in)', value: of((one) => one.peer) };
  return [
    { what: `${where}: activation`, ours: of(({ load, call }) => load + call), unit: 'ms', peer, aim: '≤ 15 ms', note: `median of ${windows} windows` },
    { what: `${where}: of that, loading dist/extension.js`, ours: of(({ load }) => load), unit: 'ms' },
    { what: `${where}: of that, activate()`, ours: of(({ call }) => call), unit: 'ms' },
    { what: `${where}: from asking for it to having it`, ours: of(({ waited }) => waited), unit: 'ms', note: "with VS Code's own work" },
  ];
}

async function openWindow(age: 'oldest' | 'newest'): Promise<Activation> {
  const workspace = await copyWorkspace();
  const file = path.join(workspace.folder, 'figures.json');
  try {
    await runQuietly({
      vscodeExecutablePath: (await findDesktop(versions[age].vscode)) ?? path.join(root, 'test/host/code.mjs'),
      extensionDevelopmentPath: root,
      extensionTestsPath: path.join(out, 'window.js'),
      launchArgs: [workspace.folder],
      extensionTestsEnv: { FUNCTION_DECK_VSCODE: age, FUNCTION_DECK_FIGURES: file },
    });
    return JSON.parse(await readFile(file, 'utf8')) as Activation;
  } finally {
    await workspace.remove();
  }
}

/** What the editor prints is shown only when it fails. */
async function runQuietly(options: Parameters<typeof runTests>[0]): Promise<void> {
  const args = ['--import', 'tsx', path.join(__dirname, 'window/open.ts'), JSON.stringify(options)];
  await execute(process.execPath, args, { maxBuffer: 256 * 1024 * 1024 }).catch((error: Error & { stdout?: string; stderr?: string }) => {
    throw new Error(`The window failed:\n${error.stdout ?? ''}${error.stderr ?? error.message}`, { cause: error });
  });
}
