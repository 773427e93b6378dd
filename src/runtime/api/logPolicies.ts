import type { LogDestination, ResourcePolicy } from '../store/logAccount';
import { account, type ApiCall, type Input, type World } from './call';
import { ApiError, validation } from './errors';
import { isObject, textOf } from './input';
import { invalidParameter, missing, pageOf } from './logGroups';
import { filterName } from './logSubscriptions';

// Who may write to logs, and where other accounts may send theirs, is kept and told; here nothing asks for it.

const mostPolicies = 10;
const longestDocument = 5120;

export function putResourcePolicy(input: Input, world: World): object {
  const policy: ResourcePolicy = { name: required(input, 'policyName'), document: documentOf(input, 'policyDocument'), updated: Date.now() };
  const { policies } = world.logAccount;
  if (policies.length >= mostPolicies && !policies.some((one) => one.name === policy.name)) throw new ApiError(400, 'LimitExceededException', 'Resource limit exceeded.');
  world.logAccount.putPolicy(policy);
  return { resourcePolicy: policyShape(policy) };
}

export function describeResourcePolicies(input: Input, world: World): object {
  const page = pageOf(world.logAccount.policies, input, 1000);
  return { resourcePolicies: page.items.map(policyShape), nextToken: page.nextToken };
}

export function deleteResourcePolicy(input: Input, world: World): object {
  const name = required(input, 'policyName');
  if (!world.logAccount.policies.some((one) => one.name === name)) throw missing(`Policy with name [${name}] does not exist.`);
  world.logAccount.removePolicy(name);
  return {};
}

function policyShape({ name, document, updated }: ResourcePolicy): object {
  return { policyName: name, policyDocument: document, lastUpdatedTime: updated, policyScope: 'ACCOUNT' };
}

export function putDestination(input: Input, world: World, call: ApiCall): object {
  const name = filterName(input, 'destinationName');
  const before = world.logAccount.destinations.find((one) => one.name === name);
  const destination = { ...before, name, target: required(input, 'targetArn'), role: required(input, 'roleArn'), created: before?.created ?? Date.now() };
  world.logAccount.putDestination(destination);
  return { destination: destinationShape(destination, call.region) };
}

export function putDestinationPolicy(input: Input, world: World): object {
  world.logAccount.putDestination({ ...existing(input, world), policy: documentOf(input, 'accessPolicy') });
  return {};
}

export function describeDestinations(input: Input, world: World, call: ApiCall): object {
  const prefix = textOf(input, 'DestinationNamePrefix') ?? '';
  const page = pageOf(world.logAccount.destinations.filter((one) => one.name.startsWith(prefix)), input);
  return { destinations: page.items.map((one) => destinationShape(one, call.region)), nextToken: page.nextToken };
}

export function deleteDestination(input: Input, world: World): object {
  world.logAccount.removeDestination(existing(input, world).name);
  return {};
}

function existing(input: Input, world: World): LogDestination {
  const name = filterName(input, 'destinationName');
  const found = world.logAccount.destinations.find((one) => one.name === name);
  if (found) return found;
  throw missing('The specified destination does not exist.');
}

function destinationShape({ name, target, role, policy, created }: LogDestination, region: string): object {
  return { destinationName: name, targetArn: target, roleArn: role, accessPolicy: policy, arn: `arn:aws:logs:${region}:${account}:destination:${name}`, creationTime: created };
}

function documentOf(input: Input, member: string): string {
  const text = required(input, member);
  if (text.length > longestDocument) throw validation(text, member, `Member must have length less than or equal to ${longestDocument}`);
  if (isJsonObject(text)) return text;
  throw invalidParameter('This policy contains invalid Json');
}

function isJsonObject(text: string): boolean {
  try {
    return isObject(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function required(input: Input, member: string): string {
  const text = textOf(input, member);
  if (text) return text;
  throw validation(text, member, text === undefined ? 'Member must not be null' : 'Member must have length greater than or equal to 1');
}
