import type { LogDestination, ResourcePolicy } from '../store/logAccount';
import type { ApiCall, Input, World } from './call';
import { mapOf, textOf } from './input';
import { missing, pageOf } from './logGroups';
import { documentOf, keep, kept, logsArn, required } from './logKept';
import { filterName } from './logSubscriptions';

// Who may write to logs, and where other accounts may send theirs, is kept and told; here nothing asks for it.

const mostPolicies = 10;

export function putResourcePolicy(input: Input, world: World): object {
  const policy: ResourcePolicy = { name: required(input, 'policyName'), document: documentOf(input, 'policyDocument'), updated: Date.now() };
  keep(world, 'policies', policy, 'LimitExceededException', mostPolicies);
  return { resourcePolicy: policyShape(policy) };
}

export function describeResourcePolicies(input: Input, world: World): object {
  const page = pageOf(world.logAccount.list('policies'), input, 1000);
  return { resourcePolicies: page.items.map(policyShape), nextToken: page.nextToken };
}

export function deleteResourcePolicy(input: Input, world: World): object {
  const name = required(input, 'policyName');
  if (!world.logAccount.get('policies', name)) throw missing(`Policy with name [${name}] does not exist.`);
  world.logAccount.remove('policies', name);
  return {};
}

function policyShape({ name, document, updated }: ResourcePolicy): object {
  return { policyName: name, policyDocument: document, lastUpdatedTime: updated, policyScope: 'ACCOUNT' };
}

export function putDestination(input: Input, world: World, call: ApiCall): object {
  const name = filterName(input, 'destinationName');
  const before = world.logAccount.get('destinations', name);
  const destination = { ...before, name, target: required(input, 'targetArn'), role: required(input, 'roleArn'), created: before?.created ?? Date.now(), tags: mapOf(input.tags, 'tags') ?? before?.tags };
  keep(world, 'destinations', destination);
  return { destination: destinationShape(destination, call.region) };
}

export function putDestinationPolicy(input: Input, world: World): object {
  world.logAccount.put('destinations', { ...existing(input, world), policy: documentOf(input, 'accessPolicy') });
  return {};
}

export function describeDestinations(input: Input, world: World, call: ApiCall): object {
  const prefix = textOf(input, 'DestinationNamePrefix') ?? '';
  const page = pageOf(world.logAccount.list('destinations').filter((one) => one.name.startsWith(prefix)), input);
  return { destinations: page.items.map((one) => destinationShape(one, call.region)), nextToken: page.nextToken };
}

export function deleteDestination(input: Input, world: World): object {
  world.logAccount.remove('destinations', existing(input, world).name);
  return {};
}

function existing(input: Input, world: World): LogDestination {
  return kept(world, 'destinations', filterName(input, 'destinationName'), 'The specified destination does not exist.');
}

function destinationShape({ name, target, role, policy, created }: LogDestination, region: string): object {
  return { destinationName: name, targetArn: target, roleArn: role, accessPolicy: policy, arn: logsArn(region, `destination:${name}`), creationTime: created };
}
