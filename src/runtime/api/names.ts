import type { AliasRecord, FunctionRecord, VersionRecord } from '../store/records';
import { account, type World } from './call';
import { denied, functionNotFound, invalid, notFound, validation, validations, violation } from './errors';

export interface FunctionName {
  readonly name: string;
  readonly qualifier?: string;
}

// As AWS has it, but that a region may also be a single word, as this runtime's own is.
const pattern = /^(?:arn:aws[a-zA-Z-]*:lambda:)?(?:(?:[a-z]{2}(?:-[a-z]+)+-\d|[a-z]+):(?=\d{12}:))?(?:\d{12}:)?(?:function:)?([a-zA-Z0-9-_.]+)(?::(\$LATEST(?:\.PUBLISHED)?|[a-zA-Z0-9-_]+))?$/;
const shownRegion = '((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?';
const shownPattern = (dot: string, published: string) => `(arn:(aws[a-zA-Z-]*)?:lambda:)?${shownRegion}(\\d{12}:)?(function:)?([a-zA-Z0-9-_${dot}]+)(:(\\$LATEST${published}|[a-zA-Z0-9-_]+))?`;

/** Takes a name, `name:qualifier`, a partial ARN or an ARN. */
export function parseName(text: string): FunctionName {
  const [, name, qualifier] = pattern.exec(text) ?? [];
  if (name) return { name, qualifier };
  throw validations([nameViolation(text)]);
}

/** Throws for the ARN of what is in another region or account than the caller. A function may be named by its own region too: it is shown with that. */
export function refuseElsewhere(world: World, text: string, region: string): void {
  const [, where, whose, name = ''] = /^arn:aws[a-zA-Z-]*:lambda:([a-z0-9-]+):(\d{12}):function:([\w-]+)/.exec(text) ?? [];
  // What is no name at all is told so later.
  if (where === undefined || !pattern.test(text)) return;
  if (where !== region && where !== world.functions.get(name)?.region) throw notFound(`Functions from '${where}' are not reachable in this region ('${region}')`);
  if (whose !== account) throw denied();
}

function nameViolation(text: string, shown = shownPattern('\\.', '(\\.PUBLISHED)?')): string {
  return violation(text, 'functionName', `Member must satisfy regular expression pattern: ${shown}`);
}

/** The name in a request that makes a function: held to more than one that only names it. */
export function parseNewName(text: string): string {
  const [, name = '', qualifier] = pattern.exec(text) ?? [];
  const found = [
    ...(text.length > 140 ? [violation(text, 'functionName', 'Member must have length less than or equal to 140')] : []),
    ...(/^[\w-]+$/.test(name) ? [] : [nameViolation(text, shownPattern('', ''))]),
  ];
  if (found.length) throw validations(found);
  if (name.length > 64) throw invalid(validation(name, 'functionName', 'Member must have length less than or equal to 64').message);
  if (qualifier && qualifier !== '$LATEST') throw invalid(`A function is made without a version: ${text} names one.`);
  return name;
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
  const odd = query ? qualifierViolation(query) : undefined;
  if (odd) throw validations([odd, ...(pattern.test(text) ? [] : [nameViolation(text)])]);
  const named = parseName(text);
  if (!query || !named.qualifier || named.qualifier === query) return { name: named.name, qualifier: named.qualifier ?? query ?? undefined };
  throw invalid('The derived qualifier from the function name does not match the specified qualifier.');
}

function qualifierViolation(qualifier: string): string | undefined {
  if (qualifier.length > 128) return violation(qualifier, 'qualifier', 'Member must have length less than or equal to 128');
  if (/^[\w$-]+$|^\$LATEST\.PUBLISHED$/.test(qualifier)) return undefined;
  return violation(qualifier, 'qualifier', 'Member must satisfy regular expression pattern: \\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+');
}

/** The function and version that a name and qualifier stand for; throws when there is none. */
export function find(world: World, text: string, query: string | null, region: string): Found {
  const { name, qualifier } = qualified(text, query);
  const found = lookup(world, name, qualifier);
  world.updates.end(name);
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
