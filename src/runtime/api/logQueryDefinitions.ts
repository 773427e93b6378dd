import { randomUUID } from 'node:crypto';
import type { QueryDefinition } from '../store/logAccount';
import type { Input, World } from './call';
import { numberOf, textOf } from './input';
import { invalidParameter, pageOf } from './logGroups';
import { keep, kept, required } from './logKept';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutQueryDefinition.html */
export function putQueryDefinition(input: Input, world: World): object {
  const id = textOf(input, 'queryDefinitionId');
  if (id !== undefined) existing(id, world);
  const [title, text] = [required(input, 'name', 255), required(input, 'queryString', 10_000)];
  const name = id ?? randomUUID();
  keep(world, 'queryDefinitions', { name, title, text, groups: groupsIn(input), changed: Date.now() });
  return { queryDefinitionId: name };
}

export function describeQueryDefinitions(input: Input, world: World): object {
  const prefix = textOf(input, 'queryDefinitionNamePrefix') ?? '';
  const found = world.logAccount.list('queryDefinitions').filter(({ title }) => title.startsWith(prefix));
  const limit = numberOf(input, 'maxResults', 1, 1000) ?? 1000;
  const page = pageOf(found, { nextToken: input.nextToken, limit }, 1000);
  return { queryDefinitions: page.items.map(shape), nextToken: page.nextToken };
}

export function deleteQueryDefinition(input: Input, world: World): object {
  world.logAccount.remove('queryDefinitions', existing(required(input, 'queryDefinitionId'), world).name);
  return { success: true };
}

function shape({ name, title, text, groups, changed }: QueryDefinition): object {
  return { queryLanguage: 'CWLI', queryDefinitionId: name, name: title, queryString: text, lastModified: changed, ...(groups.length ? { logGroupNames: groups } : {}) };
}

function existing(id: string, world: World): QueryDefinition {
  return kept(world, 'queryDefinitions', id, 'The specified query definition does not exist.');
}


function groupsIn({ logGroupNames = [] }: Input): readonly string[] {
  if (Array.isArray(logGroupNames) && logGroupNames.length <= 50 && logGroupNames.every((one) => typeof one === 'string' && one.length <= 512)) return logGroupNames as string[];
  throw invalidParameter('logGroupNames must be a list of at most 50 names.');
}
