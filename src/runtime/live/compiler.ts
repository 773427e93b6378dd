import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { BuildOptions, BuildResult, Message, OutputFile, StdinOptions } from 'esbuild-wasm';

/** One handler with what it imports, to become one file. */
export interface Plan {
  /** The folder of the entry, absolute and without links: compilers tell of files from there. */
  readonly folder: string;
  /** Absolute, as it is called. */
  readonly entry: string;
  /** Where the result will lie, absolute; nothing is written there. */
  readonly outfile: string;
  readonly format: 'cjs' | 'esm';
  readonly target: string;
  /** Whether packages are left out, because another program must load the same. */
  readonly isLinked: boolean;
}

/** What came of it. */
export type Compiled =
  | { readonly ok: true; readonly files: readonly Output[]; /** Absolute paths of all that went into it. */ readonly inputs: readonly string[] }
  | { readonly ok: false; readonly fault: Fault };

export type Output = Pick<OutputFile, 'path' | 'contents'>;

/** Why the sources could not be compiled. */
export interface Fault {
  readonly message: string;
  /** Absolute. */
  readonly file?: string;
  /** Counted from 1. */
  readonly line?: number;
  /** Counted from 0. */
  readonly column?: number;
  readonly code?: string;
}

/** The API of esbuild, as far as it is used; its WebAssembly build works in a process of its own. */
interface Api {
  build(options: BuildOptions & { write: false; metafile: true }): Promise<BuildResult<{ write: false; metafile: true }>>;
  stop(): Promise<void>;
}

/** The WebAssembly build. It stays warm for a while, because its start takes much longer than its work; it holds a quarter of a gigabyte. */
export class Compiler {
  readonly #folder: string;
  readonly #idleMs: number;
  #api: Api | undefined;
  #idle: NodeJS.Timeout | undefined;
  #running = 0;
  /** Whether its process may have died. */
  #isDoubtful = false;

  /** `folder` holds esbuild's WebAssembly build. */
  constructor(folder: string, idleMs = 5 * 60_000) {
    this.#folder = folder;
    this.#idleMs = idleMs;
  }

  async compile(plan: Plan): Promise<Compiled> {
    clearTimeout(this.#idle);
    this.#running++;
    try {
      const { outputFiles, metafile } = await this.#load().build(optionsOf(plan));
      return { ok: true, files: outputFiles, inputs: Object.keys(metafile.inputs).map((file) => path.resolve(plan.folder, file)) };
    } catch (error) {
      const fault = faultOf(error, plan.folder);
      if (fault) return { ok: false, fault };
      this.#isDoubtful = true;
      throw error;
    } finally {
      this.#running--;
      this.#rest();
    }
  }

  // It is never ended while it compiles for others.
  #rest(): void {
    clearTimeout(this.#idle);
    if (this.#running) return;
    if (this.#isDoubtful) this.close();
    else this.#idle = setTimeout(() => this.close(), this.#idleMs).unref();
  }

  /** Ends the compiler's process; the next use starts another. */
  close(): void {
    clearTimeout(this.#idle);
    this.#isDoubtful = false;
    void this.#api?.stop();
  }

  #load(): Api {
    return (this.#api ??= createRequire(__filename)(path.join(this.#folder, 'lib', 'main.js')) as Api);
  }
}

/** What an ES module knows about its own place: that of its source, where its assets are. */
function placeOf({ entry }: Plan): Record<string, string> {
  const folder = JSON.stringify(path.dirname(entry));
  const file = JSON.stringify(entry.replace(/ts$/, 'js'));
  return { 'import.meta.url': 'importMetaUrl', 'import.meta.filename': file, 'import.meta.dirname': folder, __filename: file, __dirname: folder };
}

export function optionsOf(plan: Plan): BuildOptions & Entry & { write: false; metafile: true } {
  const file = JSON.stringify(plan.entry.replace(/ts$/, 'js'));
  const banner = `const importMetaUrl = require("url").pathToFileURL(${file}).href;`;
  return {
    ...entryOf(plan),
    outfile: plan.outfile,
    absWorkingDir: plan.folder,
    bundle: true,
    platform: 'node',
    target: plan.target,
    format: plan.format,
    ...(plan.format === 'cjs' ? { define: placeOf(plan), banner: { js: banner } } : {}),
    ...(plan.isLinked ? { packages: 'external' as const } : {}),
    loader: { '.node': 'copy' },
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'silent',
    write: false,
    metafile: true,
  };
}

type Entry = { entryPoints: [string]; stdin?: undefined } | { entryPoints?: undefined; stdin: Required<StdinOptions> };

// `=` and `*` in the path of an entry have meanings of their own, so the text of such a one is handed over as what it is.
function entryOf({ folder, entry }: Plan): Entry {
  const name = path.basename(entry);
  if (!/[=*]/.test(name)) return { entryPoints: [`./${name}`] };
  return { stdin: { contents: readFileSync(entry, 'utf8'), resolveDir: folder, sourcefile: name, loader: 'ts' } };
}

function faultOf(error: unknown, folder: string): Fault | undefined {
  const [first] = (error as { readonly errors?: readonly Message[] }).errors ?? [];
  if (!first) return undefined;
  const { text, location } = first;
  if (!location) return { message: text };
  return { message: text, file: path.resolve(folder, location.file), line: location.line, column: location.column, code: location.lineText };
}
