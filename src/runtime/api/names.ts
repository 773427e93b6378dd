import type { FunctionRecord, VersionRecord } from '../store/records';
import { account, type World } from './call';
import { functionNotFound, validation } from './errors';

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
  readonly arn: string;
}

/** The function and version that a name and qualifier stand for. */
export function find(world: World, text: string, query: string | null, region: string): Found {
  const named = parseName(text);
  const qualifier = named.qualifier ?? query ?? undefined;
  const record = world.functions.get(named.name);
  const arn = functionArn(record?.region ?? region, named.name, qualifier);
  const version = record && versionOf(record, qualifier);
  if (!record || !version) throw functionNotFound(arn);
  return { record, version, qualifier, arn };
}

function versionOf(record: FunctionRecord, qualifier: string | undefined): VersionRecord | undefined {
  if (!qualifier || qualifier === '$LATEST') return record.latest;
  return record.versions.find((version) => version.version === qualifier);
}
