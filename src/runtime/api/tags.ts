import { randomUUID } from 'node:crypto';
import type { FunctionRecord } from '../store/records';
import type { ApiCall, ApiReply, World } from './call';
import { invalid, notFound, validation } from './errors';
import { mapOf, parseInput } from './input';
import { find, parseName, refuseElsewhere } from './names';

type Tags = FunctionRecord['tags'];

export async function listTags(call: ApiCall, world: World, [arn = '']: readonly string[]): Promise<ApiReply> {
  return { status: 200, body: { Tags: resourceOf(call, world, arn).tags() } };
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

async function change(call: ApiCall, world: World, arn: string, apply: (tags: Tags) => Tags): Promise<ApiReply> {
  const resource = resourceOf(call, world, arn);
  return world.functions.change(resource.key, async () => {
    await resource.save(checkTags(apply(resource.tags())));
    return { status: 204 };
  });
}

/** So many tags at most has a function. */
export function checkTags(tags: Tags): Tags {
  if (Object.keys(tags).length > 50) throw invalid('Number of tags exceeds resource tag limit.');
  return tags;
}

/** What has tags. Both calls throw when it is not there. */
interface Resource {
  /** Changes of the same key come one after the other. */
  readonly key: string;
  readonly tags: () => Tags;
  readonly save: (tags: Tags) => Promise<void>;
}

const uuid = '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}';
const shownPattern = `arn:(aws[a-zA-Z-]*):lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:(function:[a-zA-Z0-9-_]+(:(\\$LATEST|[a-zA-Z0-9-_]+))?|layer:([a-zA-Z0-9-_]+)|code-signing-config:csc-[a-z0-9]{17}|event-source-mapping:${uuid}|capacity-provider:[a-zA-Z0-9-_]+)`;
const kinds = new RegExp(`^arn:[a-z-]+:lambda:[a-z0-9-]+:\\d{12}:(?:(function):[\\w-]+(?::(?:\\$LATEST|[\\w-]+))?|(event-source-mapping):${uuid}|(capacity-provider):[\\w-]+)$`);

function resourceOf(call: ApiCall, world: World, arn: string): Resource {
  const [, ofFunction, ofMapping, ofProvider] = kinds.exec(arn) ?? [];
  if (ofMapping) return mapping(world, arn);
  if (ofProvider) throw notFound(`Capacity provider not found: ${arn}`);
  if (!ofFunction) throw validation(arn, 'resource', `Member must satisfy regular expression pattern: ${shownPattern}`);
  refuseElsewhere(world, arn, call.region);
  return wholeFunction(call, world, arn);
}

// Tags belong to the function as a whole.
function wholeFunction(call: ApiCall, world: World, arn: string): Resource {
  const { name, qualifier } = parseName(arn);
  if (qualifier) throw invalid('Tags on function aliases and versions are not supported. Please specify a function ARN.');
  const record = () => find(world, name, null, call.region).record;
  const save = (tags: Tags) => world.functions.save({ ...record(), tags, latest: { ...record().latest, shownRevision: randomUUID() } });
  return { key: name, tags: () => record().tags, save };
}

function mapping(world: World, arn: string): Resource {
  const id = arn.split(':').at(-1) ?? '';
  const record = () => {
    const found = world.triggers.get(id);
    if (found?.source.kind === 'queue') return found;
    throw notFound(`Event source mapping not found: ${arn}`);
  };
  return { key: record().name, tags: () => record().tags ?? {}, save: (tags) => world.triggers.tag(id, tags) };
}
