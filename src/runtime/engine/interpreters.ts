import { execFile } from 'node:child_process';
import { realpath } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { findProgram } from '../../core/findProgram';
import { unlessMissing } from '../store/files';

/** A program that runs functions, asked once for its real path and version. */
export interface Interpreter {
  readonly command: string;
  readonly version: string;
  /** Set of an editor, which is a Node only where a variable says so. */
  readonly isEditor?: boolean;
}

/** Says what to install: the function cannot be run on this machine. */
export class MissingInterpreter extends Error {
  override readonly name = 'MissingInterpreter';
}

export interface InterpreterPaths {
  readonly node?: string;
  readonly python?: string;
}

const askNode = ['-p', '[process.execPath, process.versions.node, process.versions.electron ? "editor" : ""].join("\\n")'];
/** What runs functions needs no less. */
const oldestNode = 18;
const askPython = ['-c', 'import sys; print(sys.executable); print("%d.%d.%d" % sys.version_info[:3])'];

/** Finds Node and Python. A shim on the PATH is asked once for what it stands for, because shims are slow. */
export class Interpreters {
  readonly #paths: InterpreterPaths;
  readonly #found = new Map<string, Promise<Interpreter>>();

  constructor(paths: InterpreterPaths) {
    this.#paths = paths;
  }

  /** `runtime` as the function declares it, for example `python3.13`; `own` is the function's own interpreter, taken if it runs and the user chose no other. */
  find(runtime: string, own = ''): Promise<Interpreter> {
    const key = keyOf(runtime, own);
    const known = this.#found.get(key);
    if (known) return known;
    const search = runtime.startsWith('python') ? this.#python(runtime, own) : this.#node();
    this.#found.set(key, search);
    // A missing interpreter may be installed meanwhile, so only success is remembered.
    search.catch(() => this.#found.delete(key));
    return search;
  }

  /** The version of what runs such functions; `undefined` when nobody has looked for it yet, or it is not found in time. */
  async version(runtime: string, own = '', patienceMs = 0): Promise<string | undefined> {
    const search = this.#found.get(keyOf(runtime, own));
    const version = search?.then((found) => found.version, () => undefined);
    return version && Promise.race([version, sleep(patienceMs, undefined, { ref: false })]);
  }

  async #node(): Promise<Interpreter> {
    if (!this.#paths.node) return (await nodeOfPath()) ?? own;
    const found = await ask([this.#paths.node], askNode);
    if (found) return found;
    throw new MissingInterpreter(`${this.#paths.node} is not a Node that runs: set the path of Node in the settings, or leave it empty.`);
  }

  async #python(runtime: string, own: string): Promise<Interpreter> {
    const first = own && !this.#paths.python ? [[own]] : [];
    for (const command of [...first, ...this.#pythonCommands(runtime)]) {
      const found = await ask(command, askPython);
      if (found) return found;
    }
    const where = this.#paths.python ? `${this.#paths.python} is not a Python that runs` : 'No Python was found on the PATH';
    throw new MissingInterpreter(`${where}: install Python 3 from python.org or your package manager, or set its path in the settings.`);
  }

  #pythonCommands(runtime: string): readonly string[][] {
    if (this.#paths.python) return [[this.#paths.python]];
    const version = runtime.slice('python'.length);
    if (process.platform === 'win32') return [['py', `-${version}`], ['py', '-3'], ['python']];
    return [[runtime], ['python3'], ['python']];
  }
}

/** What runs this process, which in an editor is the editor. */
const own: Interpreter = { command: process.execPath, version: process.versions.node, isEditor: 'electron' in process.versions };

/** `undefined` when there is none that is new enough. */
async function nodeOfPath(): Promise<Interpreter | undefined> {
  const file = await findProgram(['node']);
  if (!file) return undefined;
  // Of itself this process knows without asking.
  if ((await unlessMissing(realpath(file))) === process.execPath) return own;
  const found = await ask([file], askNode);
  return found && parseInt(found.version, 10) >= oldestNode ? found : undefined;
}

/** All Node functions run on the same. */
function keyOf(runtime: string, own: string): string {
  return runtime.startsWith('python') ? `${runtime} ${own}` : 'node';
}

async function ask([command = '', ...first]: readonly string[], args: readonly string[]): Promise<Interpreter | undefined> {
  const output = await new Promise<string>((resolve) => {
    const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
    execFile(command, [...first, ...args], { timeout: 10_000, windowsHide: true, env }, (error, stdout) => resolve(error ? '' : stdout));
  });
  const [path, version, kind] = output.split(/\r?\n/);
  return path && version ? { command: path, version, isEditor: kind === 'editor' } : undefined;
}
