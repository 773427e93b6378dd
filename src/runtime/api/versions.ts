import { randomUUID } from 'node:crypto';
import type { FunctionRecord, VersionRecord } from '../store/records';
import type { ApiCall, ApiReply, World } from './call';
import { invalid, staleRevision } from './errors';
import { parseInput, textOf } from './input';
import { find, parseName } from './names';
import { paged } from './paging';
import { configuration, listed, revisionOf } from './shape';

/** The record with its latest state as a new version; the last version again if nothing changed since. Throws `ApiError` if it runs from a folder. */
export function publish(record: FunctionRecord, description?: string): { record: FunctionRecord; version: VersionRecord } {
  if (record.latest.folder) throw invalid(`${record.name} runs from the folder ${record.latest.folder}, whose files go on changing: upload a package before you publish a version.`);
  const last = record.versions.at(-1);
  if (last && sameContent(last, record.latest)) return { record, version: last };
  const named = description === undefined ? {} : { description, sourceDescription: record.latest.description };
  const version = { ...record.latest, ...named, version: String(record.nextVersion), revisionId: randomUUID(), shownRevision: undefined };
  const latest = { ...record.latest, shownRevision: randomUUID() };
  return { record: { ...record, latest, versions: [...record.versions, version], nextVersion: record.nextVersion + 1 }, version };
}

// Whatever the order of the members: what was read from disk and what was put together since have them in another.
function sameContent(published: VersionRecord, latest: VersionRecord): boolean {
  const content = (version: VersionRecord) => {
    const all = { ...version, version: '', revisionId: '', shownRevision: '', lastModified: '', description: version.sourceDescription ?? version.description, sourceDescription: undefined };
    return JSON.stringify(Object.entries(all).filter(([, value]) => value !== undefined).sort(([a], [b]) => (a < b ? -1 : 1)));
  };
  return content(published) === content(latest);
}

export async function publishVersion(call: ApiCall, world: World, [text = '']: readonly string[]): Promise<ApiReply> {
  const input = parseInput(call.body);
  const { name } = parseName(text);
  return world.functions.change(name, async () => {
    const { record } = find(world, name, null, call.region);
    const revision = textOf(input, 'RevisionId');
    if (revision !== undefined && revision !== revisionOf(record.latest)) throw staleRevision();
    const sha256 = textOf(input, 'CodeSha256');
    if (sha256 !== undefined && sha256 !== record.latest.codeSha256) throw invalid(`CodeSHA256 (${sha256}) is different from current CodeSHA256 in $LATEST (${record.latest.codeSha256}). Please try again with the CodeSHA256 in $LATEST.`);
    const saved = publish(record, textOf(input, 'Description'));
    await world.functions.save(saved.record);
    return { status: 201, body: configuration(saved.record, saved.version, 'ready', saved.version.version) };
  });
}

export async function listVersions(call: ApiCall, world: World, [text = '']: readonly string[]): Promise<ApiReply> {
  const { record } = find(world, text, null, call.region);
  const { page, next } = paged(call, [record.latest, ...record.versions], (version) => version.version.replace('$LATEST', '0').padStart(20, '0'));
  return { status: 200, body: { Versions: page.map((version) => listed(record, version, version.version)), ...next } };
}
