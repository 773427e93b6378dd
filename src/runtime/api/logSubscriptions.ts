import type { LogGroup, SubscriptionFacts } from '../store/logGroup';
import { account, type ApiCall, type Input, type World } from './call';
import { ApiError, validation } from './errors';
import { parsePattern } from './filterPattern';
import { textOf } from './input';
import { groupOf, invalidParameter, missing, pageOf } from './logGroups';
import { required } from './logKept';
import { lookup, parseName } from './names';

const mostFilters = 2;

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutSubscriptionFilter.html */
export function putSubscription(input: Input, world: World, call: ApiCall): object {
  const name = filterName(input, 'filterName');
  const pattern = patternOf(input);
  const destination = destinationOf(input, call.region);
  const group = groupOf(input, world);
  refuseFunction(world, group, destination);
  const before = (group.facts.subscriptions ?? []).find((one) => one.name === name);
  const others = (group.facts.subscriptions ?? []).filter((one) => one !== before);
  if (others.length >= mostFilters) throw new ApiError(400, 'LimitExceededException', 'Resource limit exceeded.');
  const filter: SubscriptionFacts = { name, pattern, destination, role: textOf(input, 'roleArn'), distribution: distributionOf(input), created: before?.created ?? Date.now() };
  world.logs.write(group, { ...group.facts, subscriptions: sorted([...others, filter]) });
  world.subscriptions.listen(group.name);
  return {};
}

export function describeSubscriptions(input: Input, world: World): object {
  const prefix = textOf(input, 'filterNamePrefix') ?? '';
  const group = groupOf(input, world);
  const page = pageOf((group.facts.subscriptions ?? []).filter((one) => one.name.startsWith(prefix)), input);
  return { subscriptionFilters: page.items.map((one) => shape(group, one)), nextToken: page.nextToken };
}

export function deleteSubscription(input: Input, world: World): object {
  const group = groupOf(input, world);
  const name = textOf(input, 'filterName');
  const kept = (group.facts.subscriptions ?? []).filter((one) => one.name !== name);
  if (kept.length === (group.facts.subscriptions ?? []).length) throw missing('The specified subscription filter does not exist.');
  world.logs.write(group, { ...group.facts, subscriptions: kept });
  return {};
}

function shape(group: LogGroup, filter: SubscriptionFacts): object {
  return {
    filterName: filter.name,
    logGroupName: group.name,
    filterPattern: filter.pattern,
    destinationArn: filter.destination,
    roleArn: filter.role,
    distribution: filter.distribution,
    applyOnTransformedLogs: false,
    creationTime: filter.created,
  };
}

/** The name of a filter or a destination as a request gives it; throws when there is none, or it is none. */
export function filterName(input: Input, member: string): string {
  const name = required(input, member, 512);
  if (!/[:*]/.test(name)) return name;
  throw validation(name, member, 'Member must satisfy regular expression pattern: [^:*]*');
}

/** A filter pattern that can be used as it is. */
export function patternOf(input: Input): string {
  const pattern = textOf(input, 'filterPattern');
  if (pattern === undefined) throw validation(undefined, 'filterPattern', 'Member must not be null');
  parsePattern(pattern);
  return pattern;
}

// What streams to other services needs a role; here there are functions only, as that is said after.
function destinationOf(input: Input, region: string): string {
  const arn = textOf(input, 'destinationArn') ?? '';
  const [, , vendor = '', where, whose] = arn.split(':');
  if (vendor === 'lambda' && (where !== region || whose !== account)) {
    throw new ApiError(400, 'AccessDeniedException', 'Cross-account lambda invocation passing is not allowed. You must use DestinationPolicies to create cross account lambda triggers.');
  }
  if (vendor === 'lambda') return arn;
  if (textOf(input, 'roleArn') === undefined) throw invalidParameter(`destinationArn for vendor ${vendor} cannot be used without roleArn`);
  throw invalidParameter(`The local runtime sends logs to functions only; ${arn} is none.`);
}

function refuseFunction(world: World, group: LogGroup, arn: string): void {
  const { name, qualifier } = parseName(arn);
  const found = lookup(world, name, qualifier);
  if (!found) throw invalidParameter('Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your function.');
  if (found.version.logGroup === group.name) throw invalidParameter(`${name} writes to ${group.name} itself: it would be called without end.`);
}

function distributionOf(input: Input): string {
  const distribution = textOf(input, 'distribution') ?? 'ByLogStream';
  if (distribution === 'ByLogStream' || distribution === 'Random') return distribution;
  throw validation(distribution, 'distribution', 'Member must satisfy enum value set: [Random, ByLogStream]');
}

function sorted(filters: readonly SubscriptionFacts[]): readonly SubscriptionFacts[] {
  return [...filters].sort((a, b) => (a.name < b.name ? -1 : 1));
}
