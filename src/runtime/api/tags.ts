import { randomUUID } from 'node:crypto';
import type { ApiCall, ApiReply, World } from './call';
import { invalid, validation } from './errors';
import { mapOf, parseInput } from './input';
import { find, parseName } from './names';
import type { FunctionRecord } from '../store/records';

export async function listTags(call: ApiCall, world: World, [arn = '']: readonly string[]): Promise<ApiReply> {
  return { status: 200, body: { Tags: find(world, resource(arn), null, call.region).record.tags } };
}

export async function tagResource(call: ApiCall, world: World, [arn = '']: readonly string[]): Promise<ApiReply> {
  const added = mapOf(parseInput(call.body).Tags, 'Tags') ?? {};
  if (!Object.keys(added).length) throw invalid('An error occurred and the request cannot be processed.');
  return change(call, world, arn, (tags) => ({ ...tags, ...added }));
}

export async function untagResource(call: ApiCall, world: World, [arn = '']: readonly string[]): Promise<ApiReply> {
  const gone = new Set(call.query.getAll('tagKeys'));
  if (!gone.size) throw validation(undefined, 'tagKeys', 'Member must not be null');
  return change(call, world, arn, (tags) => Object.fromEntries(Object.entries(tags).filter(([key]) => !gone.has(key))));
}

async function change(call: ApiCall, world: World, arn: string, apply: (tags: FunctionRecord['tags']) => FunctionRecord['tags']): Promise<ApiReply> {
  const name = resource(arn);
  return world.functions.change(name, async () => {
    const { record } = find(world, name, null, call.region);
    const tags = checkTags(apply(record.tags));
    await world.functions.save({ ...record, tags, latest: { ...record.latest, shownRevision: randomUUID() } });
    return { status: 204 };
  });
}

/** So many tags at most has a function. */
export function checkTags(tags: FunctionRecord['tags']): FunctionRecord['tags'] {
  if (Object.keys(tags).length > 50) throw invalid('Number of tags exceeds resource tag limit.');
  return tags;
}

const uuid = '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}';
const shownPattern = `arn:(aws[a-zA-Z-]*):lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:(function:[a-zA-Z0-9-_]+(:(\\$LATEST|[a-zA-Z0-9-_]+))?|layer:([a-zA-Z0-9-_]+)|code-signing-config:csc-[a-z0-9]{17}|event-source-mapping:${uuid}|capacity-provider:[a-zA-Z0-9-_]+)`;

// Tags belong to the function as a whole.
function resource(arn: string): string {
  if (!/^arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+(:(\$LATEST|[\w-]+))?$/.test(arn)) {
    throw validation(arn, 'resource', `Member must satisfy regular expression pattern: ${shownPattern}`);
  }
  const { name, qualifier } = parseName(arn);
  if (qualifier) throw invalid('Tags on function aliases and versions are not supported. Please specify a function ARN.');
  return name;
}
