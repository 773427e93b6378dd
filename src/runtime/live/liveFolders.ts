import { existsSync } from 'node:fs';
import path from 'node:path';
import type { LiveSpec } from '../engine/spec';
import type { VersionRecord } from '../store/records';
import { build, buildName, isLinked, turnOf, typescriptEntry } from './build';
import { Brought } from './brought';
import { type Fingerprint, fingerprint, stateOf } from './fingerprint';
import { findImported, type ScriptsRead } from './imports';
import { keepOnly } from './kept';
import { Turns } from './turns';
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
  readonly found: Fingerprint;
  /** Changes with its files and with what is installed for it. */
  readonly inside: string;
}

interface Known {
  code?: LiveCode;
  mark?: string;
  /** Until then a look that took long need not be taken again. */
  until: number;
  made: Made;
  readonly read: ScriptsRead;
  isGone: boolean;
}

/** What was made of a folder. */
interface Made {
  readonly root?: string;
  /** Files that are part of the code and that a look at the folder does not see. */
  readonly outside: readonly string[];
  /** Folders of such. */
  readonly packages: readonly string[];
}

export interface LiveTools {
  /** Folder for what is made from the sources; it may be lost. */
  readonly data: string;
  /** The esbuild that comes along, as `findBrought` has it. */
  readonly esbuild: string;
  /** Ends the environments that run older code, once their calls have ended. */
  readonly retire: (revision: string) => void;
  /** Writes a line into a function's log. */
  readonly tell: (logGroup: string, line: string) => void;
  /** How many files of a folder are looked at; some thousands when left out. */
  readonly mostFiles?: number;
  /** The time in milliseconds since some moment; `performance.now` when left out. */
  readonly now?: () => number;
}

type LiveVersion = Pick<VersionRecord, 'revisionId' | 'runtime' | 'handler' | 'logGroup'> & { readonly folder: string };

/** A look that took longer stays valid for some times as long, so that calls are not held up by looks above all. */
const longLookMs = 3;
const validTimes = 10;
/** No look at so few names takes long; one that did was only kept waiting. */
const fewNames = 200;

/** The functions that run from a folder: at each call it is looked whether their code is still the same. */
export class LiveFolders {
  readonly #tools: LiveTools;
  readonly #brought: Brought;
  readonly #known = new Map<string, Known>();
  readonly #turns = new Turns();
  readonly #now: () => number;
  /** Folders whose functions were told that not all is looked at. */
  readonly #told = new Set<string>();
  #count = 0;

  constructor(tools: LiveTools) {
    this.#tools = tools;
    this.#brought = new Brought(tools.esbuild);
    this.#now = tools.now ?? (() => performance.now());
  }

  /** Removes what was made for other functions than these. */
  async keepOnly(versions: readonly Pick<VersionRecord, 'folder' | 'handler' | 'runtime'>[]): Promise<void> {
    await keepOnly(this.#tools.data, new Set(versions.flatMap(({ folder, ...version }) => (folder === undefined ? [] : buildName({ folder, ...version })))));
  }

  /** The code as it is now; what was changed since the last call is compiled, and what runs the old is retired. */
  async look(version: LiveVersion): Promise<LiveCode> {
    const known: Known = this.#known.get(version.revisionId) ?? { until: 0, made: { outside: [], packages: [] }, read: new Map(), isGone: false };
    this.#known.set(version.revisionId, known);
    if (known.code && this.#now() < known.until) return known.code;
    return this.#turns.take(turnOf(version), () => this.#look(version, known));
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
    this.#brought.close();
  }

  async #look(version: LiveVersion, known: Known): Promise<LiveCode> {
    const begun = this.#now();
    const place = findPlace(version, this.#tools.mostFiles);
    const mark = markOf(place, known.made);
    const took = this.#now() - begun;
    known.until = took > longLookMs && place.found.names > fewNames ? begun + took * (1 + validTimes) : 0;
    if (known.code && known.mark === mark) return known.code;
    this.#warn(version, place.found);
    return this.#renew(version, known, place);
  }

  async #renew(version: LiveVersion, known: Known, place: Place): Promise<LiveCode> {
    const made = await this.#make(version, place, known);
    if (known.code) this.#tools.retire(known.code.revision);
    const live = { compiled: path.join(this.#tools.data, 'pycache'), venv: place.venv, ...(made.root ? { root: made.root } : {}) };
    const code = { revision: `${version.revisionId}.${++this.#count}`, live };
    if (known.isGone) this.#tools.retire(code.revision);
    // What changed inside while it was built is seen by the next look.
    Object.assign(known, { code, made, mark: markOf(place, made) });
    return code;
  }

  async #make(version: LiveVersion, { around, inside, found: { files } }: Place, { made, read }: Known): Promise<Made> {
    const { folder, runtime, handler } = version;
    if (!runtime.startsWith('nodejs')) return { outside: [], packages: [] };
    const entry = typescriptEntry(folder, handler);
    const built = entry === undefined ? undefined : await build(this.#brought, this.#tools.data, { folder, handler, runtime, entry, around, inside, files, outside: made.outside });
    if (built && !isLinked(handler)) return { ...built, packages: [] };
    const imported = await findImported(folder, files, read);
    return { root: built?.root, outside: [...(built?.outside ?? []), ...imported.files], packages: imported.packages };
  }

  #warn({ folder, logGroup }: LiveVersion, { isCut, files }: Fingerprint): void {
    const name = `${logGroup}\n${folder}`;
    if (!isCut || this.#told.has(name)) return;
    this.#told.add(name);
    this.#tools.tell(logGroup, `The folder ${folder} has more files than are looked at (${files.size} that may be code): what is saved in the others may not run on the next call. Name in .deckignore what is no code.`);
  }
}

function findPlace(version: LiveVersion, most?: number): Place {
  const { folder, runtime } = version;
  const around = existsSync(folder) ? aroundFolder(folder) : [];
  const venv = runtime.startsWith('python') ? findVenv(around) : undefined;
  const found = fingerprint(folder, runtime, most);
  return { around, venv, found, inside: `${found.text}\n${stateOf(installed(version, around, venv))}` };
}

function markOf({ inside }: Place, { outside, packages }: Made): string {
  return [inside, stateOf(outside), ...packages.map((folder) => fingerprint(folder, 'nodejs').text)].join('\n');
}

/** What npm, pnpm and both kinds of yarn write down of what they installed. */
const notes = ['.package-lock.json', '.modules.yaml', '.yarn-integrity', '.yarn-state.yml'];

/** What changes when packages are installed or removed. */
function installed({ runtime }: LiveVersion, around: readonly string[], venv: Venv | undefined): readonly string[] {
  if (runtime.startsWith('python')) return venv?.watched ?? [];
  return runtime.startsWith('nodejs') ? around.flatMap((folder) => notes.map((name) => path.join(folder, 'node_modules', name))) : [];
}
