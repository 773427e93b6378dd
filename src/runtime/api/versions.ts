import { randomUUID } from 'node:crypto';
import type { FunctionRecord, VersionRecord } from '../store/records';
import type { ApiCall, ApiReply, World } from './call';
import { invalid, staleRevision } from './errors';
import { parseInput, textOf } from './input';
import { find, parseName } from './names';
import { configuration, listed } from './shape';

/** The record with its latest state as a new version; the last version again if nothing changed since. */
export function publish(record: FunctionRecord, description?: string): { record: FunctionRecord; version: VersionRecord } {
  const last = record.versions.at(-1);
  if (last && sameContent(last, record.latest)) return { record, version: last };
  const version = { ...record.latest, version: String(record.nextVersion), revisionId: randomUUID(), description: description ?? record.latest.description };
  return { record: { ...record, versions: [...record.versions, version], nextVersion: record.nextVersion + 1 }, version };
}

function sameContent(a: VersionRecord, b: VersionRecord): boolean {
  const content = (version: VersionRecord) => JSON.stringify({ ...version, version: '', revisionId: '', lastModified: '', description: '' });
  return content(a) === content(b);
}

export async function publishVersion(call: ApiCall, world: World, [text = '']: readonly string[]): Promise<ApiReply> {
  const input = parseInput(call.body);
  const { name } = parseName(text);
  return world.functions.change(name, async () => {
    const { record } = find(world, name, null, call.region);
    const revision = textOf(input, 'RevisionId');
    if (revision !== undefined && revision !== record.latest.revisionId) throw staleRevision();
    const sha256 = textOf(input, 'CodeSha256');
    if (sha256 !== undefined && sha256 !== record.latest.codeSha256) throw invalid(`CodeSHA256 (${sha256}) is different from current CodeSHA256 in $LATEST (${record.latest.codeSha256}). Please try again with the CodeSHA256 in $LATEST.`);
    const saved = publish(record, textOf(input, 'Description'));
    await world.functions.save(saved.record);
    return { status: 201, body: configuration(saved.record, saved.version, 'ready', saved.version.version) };
  });
}

export async function listVersions(call: ApiCall, world: World, [text = '']: readonly string[]): Promise<ApiReply> {
  const { record } = find(world, text, null, call.region);
  const size = Math.min(Number(call.query.get('MaxItems')) || 50, 50);
  const all = [record.latest, ...record.versions];
  const from = Math.max(0, all.findIndex((version) => version.version === call.query.get('Marker')) + 1);
  const page = all.slice(from, from + size);
  const more = from + size < all.length ? { NextMarker: page.at(-1)?.version } : {};
  return { status: 200, body: { Versions: page.map((version) => listed(record, version, version.version)), ...more } };
}
