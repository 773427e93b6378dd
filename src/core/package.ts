import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { setImmediate as pause } from 'node:timers/promises';
import { InputError, throwIfAborted } from './errors';
import { assemble, type Parts } from './packaging/assemble';
import { recipes } from './packaging/built';
import { type PackageFile, walk } from './packaging/files';
import { isTypescript, requireMember, requireRuntime } from './packaging/handler';
import { refuseLeaks } from './packaging/leaks';
import { checkUnzipped, checkZipped, defaultLimits } from './packaging/limits';
import { readContent } from './packaging/read';
import { familyOf, type PackageRequest } from './packaging/request';
import { readRules, type Rules } from './packaging/rules';
import { tellingLine } from './packaging/spawn';
import { checkSyntax } from './packaging/syntax';
import { type ZipEntry, ZipWriter } from './packaging/zip';
import type { DeploymentPackage, DeployOptions } from './provider';

export type { PackageRequest } from './packaging/request';

/**
 * Makes a source folder ready to upload. The same files give the same bytes. Throws `InputError` when the folder cannot be
 * packed as it is; nothing in the folder is changed.
 */
export async function packageFolder(request: PackageRequest, options: DeployOptions): Promise<DeploymentPackage> {
  const runtime = await requireRuntime(request);
  options.report('Reading files', 0);
  const rules = await readRules(request.folder, [...(request.ignore ?? []), ...(await ownIgnores(request, runtime))]);
  const sources = await walkSources(request, rules, options);
  const parts = await assemble(request, sources, rules, options);
  await checkSyntax(request, parts.entry, options);
  await requireMember(request, parts.entry);
  return pack(request, parts, rules, options);
}

/** Dependencies come from the lockfile; the folder's own `node_modules` has those for development too. */
async function ownIgnores(request: PackageRequest, runtime: string): Promise<readonly string[]> {
  if (request.builds) return ['/node_modules'];
  const isProject = await stat(`${request.folder}/package.json`).then(() => true, () => false);
  return isProject || familyOf(runtime) !== 'node' || (await isTypescript(request)) ? ['/node_modules'] : [];
}

async function walkSources({ folder, builds }: PackageRequest, rules: Rules, options: DeployOptions): Promise<readonly PackageFile[]> {
  const facts = await stat(folder).catch(() => undefined);
  if (!facts?.isDirectory()) throw new InputError(`There is no folder ${folder}; choose an existing source folder.`);
  const refuse = (file: string, why: string): never => {
    throw new InputError(`${tellingLine(`${file} ${why}`)}, or name it in .deckignore.`);
  };
  const { isPrivate } = rules;
  const skips: Rules['skips'] = (file, isFolder) => !(builds && recipes.has(file)) && rules.skips(file, isFolder);
  return walk({ folder, skips, isPrivate, refuse }, options);
}

interface Item {
  readonly path: string;
  readonly bytes: number;
  readonly executable: boolean;
  content(): Promise<Uint8Array>;
}

/** How long it works before others in the process have their turn. */
const workMs = 15;

async function pack(request: PackageRequest, parts: Parts, rules: Rules, options: DeployOptions): Promise<DeploymentPackage> {
  const { limits = defaultLimits } = request;
  const items = itemsOf(parts, rules);
  checkUnzipped(items, limits);
  options.report('Packing', 0.5);
  const zip = new ZipWriter();
  let done = 0;
  let rested = performance.now();
  for await (const entry of readAhead(items, options)) {
    await zip.add(entry);
    checkZipped(zip.size, items, limits);
    done++;
    if (performance.now() - rested < workMs) continue;
    options.report('Packing', 0.5 + (0.5 * done) / items.length);
    await pause();
    rested = performance.now();
  }
  const bytes = zip.finish();
  checkZipped(bytes.length, items, limits);
  return { bytes, hash: createHash('sha256').update(bytes).digest('base64'), files: items.map(({ path }) => path) };
}

function itemsOf({ sources, dependencies, made }: Parts, rules: Rules): readonly Item[] {
  const scanned = async (source: PackageFile): Promise<Uint8Array> => {
    const content = await readContent(source);
    if (!rules.names(source.path)) refuseLeaks(source.path, source.file, content);
    return content;
  };
  const items: Item[] = [
    ...sources.map((source) => ({ ...source, executable: source.executable || source.path === 'bootstrap', content: () => scanned(source) })),
    ...dependencies.map((file) => ({ ...file, content: () => readContent(file) })),
    ...made.map((entry) => ({ ...entry, bytes: entry.content.length, content: () => Promise.resolve(entry.content) })),
  ];
  return items.sort((a, b) => (a.path < b.path ? -1 : 1));
}

const batchFiles = 32;
const batchBytes = 8 * 1024 * 1024;

/** Entries in order; a few files are read at once, and never many bytes. */
async function* readAhead(items: readonly Item[], { signal }: DeployOptions): AsyncGenerator<ZipEntry> {
  for (let at = 0; at < items.length; ) {
    throwIfAborted(signal);
    const batch = [items[at]].filter((item) => item !== undefined);
    let bytes = batch[0]?.bytes ?? 0;
    for (let next = items[++at]; next && batch.length < batchFiles && bytes + next.bytes <= batchBytes; next = items[++at]) {
      batch.push(next);
      bytes += next.bytes;
    }
    yield* await Promise.all(batch.map(async (item) => ({ path: item.path, executable: item.executable, content: await item.content() })));
  }
}
