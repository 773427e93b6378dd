import { randomUUID } from 'node:crypto';
import type { AliasRecord, FunctionRecord } from '../store/records';
import type { ApiCall, ApiReply, Input, World } from './call';
import { conflict, functionNotFound, invalid, invalidLimit, notFound, staleRevision, validation } from './errors';
import { isObject, parseInput, textOf } from './input';
import { find, functionArn, parseName, versionOf, type Found } from './names';
import { paged } from './paging';
import { own, without } from './qualifiers';

export async function createAlias(call: ApiCall, world: World, [text = '']: readonly string[]): Promise<ApiReply> {
  const input = parseInput(call.body);
  const name = nameOf(input);
  const version = textOf(input, 'FunctionVersion');
  if (version === undefined) throw validation(undefined, 'functionVersion', 'Member must not be null');
  const second = secondOf(input);
  return change(call, world, text, version, (record) => {
    const alias = { name, version, second, description: textOf(input, 'Description') ?? '', revisionId: randomUUID() };
    check(record, alias);
    if (aliasOf(record, name)) throw conflict(`Alias already exists: ${arnOf(record, name)}`);
    return { aliases: [...(record.aliases ?? []), alias], reply: { status: 201, body: shape(record, alias) } };
  });
}

export async function updateAlias(call: ApiCall, world: World, [text = '', name = '']: readonly string[]): Promise<ApiReply> {
  const input = parseInput(call.body);
  return change(call, world, text, undefined, (record) => {
    const before = aliasOf(record, name);
    if (!before) throw notFound(`Alias not found: ${arnOf(record, name)}`);
    const revision = textOf(input, 'RevisionId');
    if (revision !== undefined && revision !== before.revisionId) throw staleRevision();
    const alias = changed(before, input);
    check(record, alias);
    return { aliases: (record.aliases ?? []).map((one) => (one === before ? alias : one)), reply: { status: 200, body: shape(record, alias) } };
  });
}

export async function getAlias(call: ApiCall, world: World, [text = '', name = '']: readonly string[]): Promise<ApiReply> {
  const { record } = find(world, parseName(text).name, null, call.region);
  return { status: 200, body: shape(record, aliasNamed(record, name)) };
}

export async function deleteAlias(call: ApiCall, world: World, [text = '', name = '']: readonly string[]): Promise<ApiReply> {
  return change(call, world, text, undefined, (record) => ({ aliases: (record.aliases ?? []).filter((one) => one.name !== name), gone: name, reply: { status: 204 } }));
}

export async function listAliases(call: ApiCall, world: World, [text = '']: readonly string[]): Promise<ApiReply> {
  const { record } = find(world, parseName(text).name, null, call.region);
  const version = call.query.get('FunctionVersion');
  const all = (record.aliases ?? []).filter((alias) => !version || alias.version === version || alias.second?.version === version);
  const { page, next } = paged(call, all, (alias) => alias.name);
  return { status: 200, body: { Aliases: page.map((alias) => shape(record, alias)), ...next } };
}

/** Throws when there is no such alias. */
export function aliasNamed(record: FunctionRecord, name: string): AliasRecord {
  const alias = aliasOf(record, name);
  if (alias) return alias;
  throw notFound(`Cannot find alias arn: ${arnOf(record, name)}`);
}

/** The version that one call of an alias goes to: by chance, in the parts that the alias says. */
export function route(found: Found): Found {
  const second = found.alias?.second;
  const version = second && Math.random() < second.weight ? versionOf(found.record, second.version) : undefined;
  return version ? { ...found, version } : found;
}

interface Change {
  readonly aliases: readonly AliasRecord[];
  readonly gone?: string;
  readonly reply: ApiReply;
}

async function change(call: ApiCall, world: World, text: string, version: string | undefined, work: (record: FunctionRecord) => Change): Promise<ApiReply> {
  const { name } = parseName(text);
  return world.functions.change(name, async () => {
    const { record } = find(world, name, version === undefined || world.functions.get(name) ? null : version, call.region);
    const { aliases, gone, reply } = work(record);
    const saved = { ...record, aliases: [...aliases].sort((a, b) => (a.name < b.name ? -1 : 1)) };
    await world.functions.save(gone === undefined ? saved : without(saved, gone));
    const url = gone === undefined ? undefined : own(record.urls, gone);
    if (url) world.urls.close(url.id);
    return reply;
  });
}

function changed(before: AliasRecord, input: Input): AliasRecord {
  return {
    ...before,
    version: textOf(input, 'FunctionVersion') ?? before.version,
    description: textOf(input, 'Description') ?? before.description,
    second: isObject(input.RoutingConfig) ? secondOf(input) : before.second,
    revisionId: randomUUID(),
  };
}

function nameOf(input: Input): string {
  const name = textOf(input, 'Name') ?? '';
  if (/^(?!\d+$)[\w-]{1,128}$/.test(name)) return name;
  throw validation(name, 'name', 'Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)');
}

const weightRule = 'Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must have value greater than or equal to 0.0, Member must not be null]';
const keyRule = 'Map keys must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [0-9]+]';

function secondOf(input: Input): AliasRecord['second'] {
  const weights = isObject(input.RoutingConfig) && isObject(input.RoutingConfig.AdditionalVersionWeights) ? input.RoutingConfig.AdditionalVersionWeights : {};
  const entries = Object.entries(weights);
  for (const [version, weight] of entries) {
    const shown = `{${version}=${typeof weight === 'number' && Number.isInteger(weight) ? weight.toFixed(1) : String(weight)}}`;
    if (typeof weight !== 'number' || weight < 0 || weight > 1) throw validation(shown, 'routingConfig.additionalVersionWeights', weightRule);
    if (!/^\d{1,1024}$/.test(version)) throw validation(shown, 'routingConfig.additionalVersionWeights', keyRule);
  }
  if (entries.length > 1) throw invalid('Number of items in AdditionalVersionWeights cannot be greater than 1');
  const [version, weight] = entries[0] ?? [];
  return version === undefined ? undefined : { version, weight: weight as number };
}

function check(record: FunctionRecord, { version, second }: AliasRecord): void {
  for (const one of [version, ...(second ? [second.version] : [])]) {
    if (!versionOf(record, one)) throw functionNotFound(arnOf(record, one));
  }
  if (!second) return;
  if (version === '$LATEST') throw invalidLimit('$LATEST is not supported for an alias pointing to more than 1 version');
  if (second.version === version) throw invalid(`Invalid function version ${version}. Function version ${version} is already included in routing configuration.`);
}

function aliasOf(record: FunctionRecord, name: string): AliasRecord | undefined {
  return record.aliases?.find((alias) => alias.name === name);
}

function arnOf(record: FunctionRecord, qualifier: string): string {
  return functionArn(record.region, record.name, qualifier);
}

function shape(record: FunctionRecord, alias: AliasRecord): object {
  const routing = alias.second ? { RoutingConfig: { AdditionalVersionWeights: { [alias.second.version]: alias.second.weight } } } : {};
  return { AliasArn: arnOf(record, alias.name), Name: alias.name, FunctionVersion: alias.version, Description: alias.description, ...routing, RevisionId: alias.revisionId };
}
