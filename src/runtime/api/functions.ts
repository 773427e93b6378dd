import { randomUUID } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { recordFormat, type FunctionRecord, type VersionRecord } from '../store/records';
import { packagesOf } from '../store/usedCode';
import type { ApiCall, ApiReply, Input, World } from './call';
import { conflict, functionNotFound, invalid, staleRevision, validation } from './errors';
import { mapOf, parseInput, textOf } from './input';
import { find, functionArn, parseName, parseNewName, qualified, refuseElsewhere } from './names';
import { layersOf, stackLayers } from './functionLayers';
import { codeInput, codeOf, dropLater, keepCode } from './package';
import { paged } from './paging';
import { architecturesOf, defaults, readSettings } from './settings';
import { configuration, listed, revisionOf } from './shape';
import { without } from './qualifiers';
import { checkTags } from './tags';
import { publish } from './versions';

export async function createFunction(call: ApiCall, world: World): Promise<ApiReply> {
  const input = parseInput(call.body);
  const text = textOf(input, 'FunctionName') ?? '';
  const name = parseNewName(text);
  refuseElsewhere(world, text, call.region);
  const settings = readSettings(input, defaults(name));
  if (!settings.role) throw validation(undefined, 'role', 'Member must not be null');
  if (!settings.runtime || !settings.handler) throw invalid('Runtime and Handler are mandatory parameters for functions created with deployment packages.');
  const code = codeOf(codeInput(input));
  const tags = checkTags(mapOf(input.Tags, 'Tags') ?? {});
  const layers = layersOf(world, input, call.region);
  return world.functions.change(name, async () => {
    if (world.functions.get(name)) throw conflict(`Function already exist: ${name}`);
    const latest = { ...settings, ...layers, ...stamp(), version: '$LATEST', ...(await keepCode(world, code)) };
    await stackLayers(world, latest);
    const record: FunctionRecord = { format: recordFormat, name, region: call.region, tags, latest, versions: [], nextVersion: 1 };
    const saved = input.Publish === true ? publish(record) : { record, version: latest };
    await world.functions.save(saved.record);
    prepare(world, latest);
    return { status: 201, body: configuration(saved.record, { ...latest, version: saved.version.version }, 'creating') };
  });
}

// What the first call will need, be it a process or compiled code.
function prepare(world: World, { folder, ...latest }: VersionRecord): void {
  const { engine, live } = world;
  if (folder === undefined) return engine.prepare(latest.runtime, latest.memorySize);
  engine.prepare(latest.runtime, latest.memorySize, live.interpreter({ ...latest, folder }));
  live.look({ ...latest, folder }).catch((error: unknown) => world.warn(`The code in ${folder} could not be prepared: ${String(error)}`));
}

/** A new revision: every change gets its own. */
function stamp(): Pick<VersionRecord, 'revisionId' | 'shownRevision' | 'lastModified'> {
  return { revisionId: randomUUID(), shownRevision: randomUUID(), lastModified: new Date().toISOString() };
}

export async function getFunction(call: ApiCall, world: World, [name = '']: readonly string[]): Promise<ApiReply> {
  const { record, version, qualifier } = find(world, name, call.query.get('Qualifier'), call.region);
  const tags = Object.keys(record.tags).length ? { Tags: record.tags } : {};
  const code = { RepositoryType: 'S3', Location: version.folder ? pathToFileURL(version.folder).href : world.codeUrl(version.codeSha256) };
  const concurrency = record.reserved === undefined ? {} : { Concurrency: { ReservedConcurrentExecutions: record.reserved } };
  return { status: 200, body: { Configuration: configuration(record, version, 'ready', qualifier), Code: code, ...tags, ...concurrency } };
}

export async function getConfiguration(call: ApiCall, world: World, [name = '']: readonly string[]): Promise<ApiReply> {
  const { record, version, qualifier } = find(world, name, call.query.get('Qualifier'), call.region);
  return { status: 200, body: configuration(record, version, 'ready', qualifier) };
}

export async function listFunctions(call: ApiCall, world: World): Promise<ApiReply> {
  const { page, next } = paged(call, world.functions.list(), (record) => record.name);
  const versions = call.query.get('FunctionVersion');
  if (versions && versions !== 'ALL') throw validation(versions, 'functionVersion', 'Member must satisfy enum value set: [ALL]');
  const all = versions === 'ALL';
  const body = page.flatMap((record) => (all ? [record.latest, ...record.versions].map((version) => listed(record, version, version.version)) : [listed(record, record.latest)]));
  return { status: 200, body: { Functions: body, ...next } };
}

export async function updateCode(call: ApiCall, world: World, [text = '']: readonly string[]): Promise<ApiReply> {
  const input = parseInput(call.body);
  const code = codeOf(input);
  return changeLatest(call, world, text, input, async (latest) => {
    return { ...latest, ...(await keepCode(world, code, input.DryRun === true)), architectures: architecturesOf(input) ?? latest.architectures };
  });
}

export async function updateConfiguration(call: ApiCall, world: World, [text = '']: readonly string[]): Promise<ApiReply> {
  const input = parseInput(call.body);
  return changeLatest(call, world, text, input, async (latest, record) => ({ ...latest, ...readSettings(input, latest), ...layersOf(world, input, record.region) }));
}

async function changeLatest(call: ApiCall, world: World, text: string, input: Input, change: (latest: VersionRecord, record: FunctionRecord) => Promise<VersionRecord>): Promise<ApiReply> {
  const { name } = parseName(text);
  return world.functions.change(name, async () => {
    const record = world.functions.get(name);
    if (!record) throw functionNotFound(functionArn(call.region, name));
    const expected = textOf(input, 'RevisionId');
    if (expected !== undefined && expected !== revisionOf(record.latest)) throw staleRevision();
    world.updates.refuse(name, functionArn(record.region, name));
    const latest = { ...(await change(record.latest, record)), ...stamp() };
    const changed = { ...record, latest };
    if (input.DryRun === true) return { status: 200, body: configuration(changed, latest) };
    const old = packagesOf(record.latest).filter((sha256) => !packagesOf(latest).includes(sha256));
    if (old.length || latest.layers !== record.latest.layers) await stackLayers(world, latest);
    const saved = input.Publish === true ? publish(changed) : { record: changed, version: latest };
    await world.functions.save(saved.record);
    world.updates.begin(name);
    world.live.retire(record.latest);
    prepare(world, latest);
    for (const sha256 of old) dropLater(world, sha256);
    const version = input.Publish === true ? saved.version.version : undefined;
    return { status: 200, body: configuration(saved.record, saved.version, version ? 'creating' : 'updating', version) };
  });
}

export async function deleteFunction(call: ApiCall, world: World, [text = '']: readonly string[]): Promise<ApiReply> {
  const { name, qualifier } = qualified(text, call.query.get('Qualifier'));
  if (qualifier === '$LATEST') throw invalid('$LATEST version cannot be deleted without deleting the function.');
  if (qualifier && /^(?!\d+$)[\w-]+$/.test(qualifier)) throw invalid('Deletion of aliases is not currently supported.');
  return world.functions.change(name, async () => {
    const record = world.functions.get(name);
    if (!record) throw functionNotFound(functionArn(call.region, name));
    const gone = qualifier ? removable(record, qualifier) : [record.latest, ...record.versions];
    if (qualifier) await world.functions.save(without({ ...record, versions: record.versions.filter((version) => !gone.includes(version)) }, qualifier));
    else await removeWhole(world, record.name);
    if (!qualifier) for (const url of Object.values(record.urls ?? {})) world.urls.close(url.id);
    for (const version of gone) world.live.retire(version);
    for (const sha256 of new Set(gone.flatMap(packagesOf))) dropLater(world, sha256);
    return { status: 204 };
  });
}

// What calls it goes first: a kill in between leaves a function that nothing calls, not the other way round.
async function removeWhole(world: World, name: string): Promise<void> {
  await world.triggers.removeOf(name);
  await world.functions.remove(name);
}

function removable(record: FunctionRecord, version: string): readonly VersionRecord[] {
  const users = (record.aliases ?? []).filter((alias) => alias.version === version || alias.second?.version === version);
  if (users.length) throw conflict(`Unable to delete version because the following aliases reference it: [${users.map((alias) => alias.name).join(', ')}]`);
  return record.versions.filter((one) => one.version === version);
}
