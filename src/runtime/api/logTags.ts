import type { LogGroup } from '../store/logGroup';
import type { Input, World } from './call';
import { mapOf, textOf } from './input';
import { groupOf, invalidParameter } from './logGroups';

/** Tags of a log group, which the older operations take by its name and the newer by its ARN. */
export function tagLogGroup(input: Input, world: World): object {
  const group = taggedOf(input, world);
  world.logs.write(group, { ...group.facts, tags: { ...group.facts.tags, ...mapOf(input.tags, 'tags') } });
  return {};
}

export function untagLogGroup(input: Input, world: World): object {
  const group = taggedOf(input, world);
  const gone = input.tagKeys ?? input.tags;
  if (!Array.isArray(gone)) throw invalidParameter('The names of the tags must be a list.');
  const kept = Object.entries(group.facts.tags ?? {}).filter(([name]) => !gone.includes(name));
  world.logs.write(group, { ...group.facts, tags: Object.fromEntries(kept) });
  return {};
}

export function listLogGroupTags(input: Input, world: World): object {
  return { tags: taggedOf(input, world).facts.tags ?? {} };
}

function taggedOf(input: Input, world: World): LogGroup {
  const logGroupIdentifier = textOf(input, 'resourceArn')?.replace(/:\*$/, '');
  return groupOf(logGroupIdentifier === undefined ? input : { logGroupIdentifier }, world);
}
