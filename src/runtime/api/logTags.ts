import type { LogAccountKind } from '../store/logAccount';
import type { Input, World } from './call';
import { mapOf, textOf } from './input';
import { groupOf, invalidParameter } from './logGroups';

type Tags = Readonly<Record<string, string>>;

/** What has tags, and how it gets others. */
interface Tagged {
  readonly tags: Tags;
  write(tags: Tags): void;
}

/** Tags of a log group, which the older operations take by its name and the newer by its ARN, as they do others. */
export function tag(input: Input, world: World): object {
  const tagged = taggedOf(input, world);
  tagged.write({ ...tagged.tags, ...mapOf(input.tags, 'tags') });
  return {};
}

export function untag(input: Input, world: World): object {
  const tagged = taggedOf(input, world);
  const gone = input.tagKeys ?? input.tags;
  if (!Array.isArray(gone)) throw invalidParameter('The names of the tags must be a list.');
  tagged.write(Object.fromEntries(Object.entries(tagged.tags).filter(([name]) => !gone.includes(name))));
  return {};
}

export function listTags(input: Input, world: World): object {
  return { tags: taggedOf(input, world).tags };
}

const kinds: Readonly<Record<string, Extract<LogAccountKind, `deliver${string}` | 'destinations'>>> = {
  delivery: 'deliveries',
  'delivery-source': 'deliverySources',
  'delivery-destination': 'deliveryDestinations',
  destination: 'destinations',
};

function taggedOf(input: Input, world: World): Tagged {
  const arn = textOf(input, 'resourceArn')?.replace(/:\*$/, '');
  const [, kind = '', name = ''] = /^arn:[^:]+:logs:[^:]*:\d*:([a-z-]+):([^:]+)$/.exec(arn ?? '') ?? [];
  const [of] = [Object.hasOwn(kinds, kind) ? kinds[kind] : undefined];
  const item = of && world.logAccount.get(of, name);
  if (of && item) return { tags: item.tags ?? {}, write: (tags) => world.logAccount.put(of, { ...item, tags }) };
  const group = groupOf(arn === undefined ? input : { logGroupIdentifier: arn }, world);
  return { tags: group.facts.tags ?? {}, write: (tags) => world.logs.write(group, { ...group.facts, tags }) };
}
