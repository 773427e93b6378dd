import type { AliasRecord, FunctionRecord, VersionRecord } from '../store/records';
import { account, type World } from './call';
import { functionNotFound, invalid, validation } from './errors';

export interface FunctionName {
  readonly name: string;
  readonly qualifier?: string;
}

const pattern = /^(?:arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:|\d{12}:function:|function:)?([A-Za-z0-9-_]{1,64})(?::(\$LATEST|[A-Za-z0-9-_]{1,128}))?$/;

/** Takes a name, `name:qualifier`, a partial ARN or an ARN. */
export function parseName(text: string): FunctionName {
  const [, name, qualifier] = pattern.exec(text) ?? [];
  if (name) return { name, qualifier };
  throw validation(text, 'functionName', 'Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?');
}

export function functionArn(region: string, name: string, qualifier?: string): string {
  return `arn:aws:lambda:${region}:${account}:function:${name}${qualifier ? `:${qualifier}` : ''}`;
}

export interface Found {
  readonly record: FunctionRecord;
  readonly version: VersionRecord;
  /** As the caller gave it. */
  readonly qualifier?: string;
  readonly alias?: AliasRecord;
  readonly arn: string;
}

/** A name with the qualifier that it has, or that stands beside it in the query. */
export function qualified(text: string, query: string | null): FunctionName {
  const named = parseName(text);
  if (!query || !named.qualifier || named.qualifier === query) return { name: named.name, qualifier: named.qualifier ?? query ?? undefined };
  throw invalid('The derived qualifier from the function name does not match the specified qualifier.');
}

/** The function and version that a name and qualifier stand for; throws when there is none. */
export function find(world: World, text: string, query: string | null, region: string): Found {
  const { name, qualifier } = qualified(text, query);
  const found = lookup(world, name, qualifier);
  if (found) return found;
  throw functionNotFound(functionArn(world.functions.get(name)?.region ?? region, name, qualifier));
}

/** As `find`, of a name without qualifier; `undefined` when there is none. */
export function lookup(world: World, name: string, qualifier: string | undefined): Found | undefined {
  const record = world.functions.get(name);
  const alias = record?.aliases?.find((one) => one.name === qualifier);
  const version = record && versionOf(record, alias?.version ?? qualifier);
  return version && { record, version, qualifier, alias, arn: functionArn(record.region, name, qualifier) };
}

/** `undefined` when the function has no such version. */
export function versionOf(record: FunctionRecord, version: string | undefined): VersionRecord | undefined {
  if (!version || version === '$LATEST') return record.latest;
  return record.versions.find((one) => one.version === version);
}
