import type { ApiCall, ApiReply, World } from './call';
import { invalid } from './errors';
import { mapOf, parseInput } from './input';
import { find, parseName } from './names';
import type { FunctionRecord } from '../store/records';

export async function listTags(call: ApiCall, world: World, [arn = '']: readonly string[]): Promise<ApiReply> {
  return { status: 200, body: { Tags: find(world, arn, null, call.region).record.tags } };
}

export async function tagResource(call: ApiCall, world: World, [arn = '']: readonly string[]): Promise<ApiReply> {
  const added = mapOf(parseInput(call.body).Tags, 'Tags') ?? {};
  return change(call, world, arn, (tags) => ({ ...tags, ...added }));
}

export async function untagResource(call: ApiCall, world: World, [arn = '']: readonly string[]): Promise<ApiReply> {
  const gone = new Set(call.query.getAll('tagKeys'));
  return change(call, world, arn, (tags) => Object.fromEntries(Object.entries(tags).filter(([key]) => !gone.has(key))));
}

async function change(call: ApiCall, world: World, arn: string, apply: (tags: FunctionRecord['tags']) => FunctionRecord['tags']): Promise<ApiReply> {
  const { name } = parseName(arn);
  return world.functions.change(name, async () => {
    const { record } = find(world, arn, null, call.region);
    const tags = apply(record.tags);
    if (Object.keys(tags).length > 50) throw invalid('The number of tags exceeds the limit of 50.');
    await world.functions.save({ ...record, tags });
    return { status: 204 };
  });
}
