import { existsSync } from 'node:fs';
import path from 'node:path';
import type { LiveSpec } from '../engine/spec';
import type { VersionRecord } from '../store/records';
import { build, buildName, typescriptEntry } from './build';
import { Compiler } from './compiler';
import { fingerprint, stateOf } from './fingerprint';
import { keepOnly } from './kept';
import { aroundFolder, findVenv, type Venv } from '../../core/venv';

/** A function's code as it is at this moment. */
export interface LiveCode {
  /** Changes whenever the code does. */
  readonly revision: string;
  readonly live: LiveSpec;
}

/** A folder as it was found. */
interface Place {
  readonly around: readonly string[];
  readonly venv: Venv | undefined;
  /** Changes with its files and with what is installed for it. */
  readonly inside: string;
  readonly outside: readonly string[];
}

interface Known {
  /** Looks come one after the other, or an older build could overwrite a newer one. */
  turn: Promise<unknown>;
  mark?: string;
  code?: LiveCode;
  /** Files outside the folder that went into the code. */
  outside: readonly string[];
  isGone: boolean;
}

export interface LiveTools {
  /** Folder for what is made from the sources; it may be lost. */
  readonly data: string;
  /** Holds esbuild's WebAssembly build. */
  readonly esbuild: string;
  /** Ends the environments that run older code, once their calls have ended. */
  readonly retire: (revision: string) => void;
}

type LiveVersion = Pick<VersionRecord, 'revisionId' | 'runtime' | 'handler'> & { readonly folder: string };

/** The functions that run from a folder: at each call it is looked whether their code is still the same. */
export class LiveFolders {
  readonly #tools: LiveTools;
  readonly #compiler: Compiler;
  readonly #known = new Map<string, Known>();
  #count = 0;

  constructor(tools: LiveTools) {
    this.#tools = tools;
    this.#compiler = new Compiler(tools.esbuild);
  }

  /** Removes what was made for other functions than these. */
  async keepOnly(versions: readonly Pick<VersionRecord, 'folder' | 'handler'>[]): Promise<void> {
    await keepOnly(this.#tools.data, new Set(versions.flatMap(({ folder, handler }) => (folder === undefined ? [] : buildName({ folder, handler })))));
  }

  /** The code as it is now; what was changed since the last call is compiled, and what runs the old is retired. */
  async look(version: LiveVersion): Promise<LiveCode> {
    const known = this.#known.get(version.revisionId) ?? { turn: Promise.resolve(), outside: [], isGone: false };
    this.#known.set(version.revisionId, known);
    const mine = known.turn.then(() => this.#look(version, known));
    known.turn = mine.catch(() => undefined);
    return mine;
  }

  /** The interpreter of the folder's virtual environment, if it has one. */
  interpreter({ folder, runtime }: LiveVersion): string | undefined {
    return runtime.startsWith('python') && existsSync(folder) ? findVenv(aroundFolder(folder))?.python : undefined;
  }

  /** Ends what runs a version that is no longer current. */
  retire(version: Pick<VersionRecord, 'revisionId'>): void {
    const known = this.#known.get(version.revisionId);
    this.#known.delete(version.revisionId);
    this.#tools.retire(known?.code?.revision ?? version.revisionId);
    if (known) known.isGone = true;
  }

  close(): void {
    this.#compiler.close();
  }

  async #look(version: LiveVersion, known: Known): Promise<LiveCode> {
    const { folder, runtime } = version;
    const around = existsSync(folder) ? aroundFolder(folder) : [];
    const venv = runtime.startsWith('python') ? findVenv(around) : undefined;
    const inside = `${fingerprint(folder)}\n${stateOf(installed(version, around, venv))}`;
    const outer = (): string => stateOf(known.outside);
    if (known.code && known.mark === `${inside}\n${outer()}`) return known.code;
    const { live, outside } = await this.#make(version, { around, venv, inside, outside: known.outside });
    if (known.code) this.#tools.retire(known.code.revision);
    const code = { revision: `${version.revisionId}.${++this.#count}`, live };
    if (known.isGone) this.#tools.retire(code.revision);
    Object.assign(known, { code, outside });
    // What changed inside while it was built is seen by the next look.
    known.mark = `${inside}\n${outer()}`;
    return code;
  }

  async #make({ folder, runtime, handler }: LiveVersion, { around, venv, inside, outside: before }: Place): Promise<{ live: LiveSpec; outside: readonly string[] }> {
    const live = { compiled: path.join(this.#tools.data, 'pycache'), venv };
    const entry = runtime.startsWith('nodejs') ? typescriptEntry(folder, handler) : undefined;
    if (!entry) return { live, outside: [] };
    const { root, outside } = await build(this.#compiler, this.#tools.data, { folder, handler, runtime, entry, around, inside, outside: before });
    return { live: { ...live, root }, outside };
  }
}

/** What npm, pnpm and both kinds of yarn write down of what they installed. */
const notes = ['.package-lock.json', '.modules.yaml', '.yarn-integrity', '.yarn-state.yml'];

/** What changes when packages are installed or removed. */
function installed({ runtime }: LiveVersion, around: readonly string[], venv: Venv | undefined): readonly string[] {
  if (runtime.startsWith('python')) return venv?.watched ?? [];
  return runtime.startsWith('nodejs') ? around.flatMap((folder) => notes.map((name) => path.join(folder, 'node_modules', name))) : [];
}
