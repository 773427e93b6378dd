import type { LogGroup, MetricFilterFacts } from '../store/logGroup';
import type { Input, World } from './call';
import { ApiError, validation } from './errors';
import { parsePattern } from './filterPattern';
import { isObject, shortText, textOf } from './input';
import { groupOf, invalidParameter, missing, pageOf } from './logGroups';
import { filterName, patternOf } from './logSubscriptions';

// They are kept, told and can be tried. Metrics here are those of functions, so nothing is counted.

const mostFilters = 100;

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html */
export function putMetricFilter(input: Input, world: World): object {
  const name = filterName(input, 'filterName');
  const pattern = patternOf(input);
  const transformation = transformationOf(input);
  const group = groupOf(input, world);
  const others = (group.facts.metricFilters ?? []).filter((one) => one.name !== name);
  if (others.length >= mostFilters) throw new ApiError(400, 'LimitExceededException', 'Resource limit exceeded.');
  const all = [...others, { name, pattern, transformation, created: Date.now() }].sort((a, b) => (a.name < b.name ? -1 : 1));
  world.logs.write(group, { ...group.facts, metricFilters: all });
  return {};
}

export function describeMetricFilters(input: Input, world: World): object {
  const prefix = input.filterNamePrefix === undefined ? '' : filterName(input, 'filterNamePrefix');
  const [metric, space] = [metricText(input, 'metricName'), metricText(input, 'metricNamespace')];
  if ((metric === undefined) !== (space === undefined)) throw invalidParameter('Invalid parameter exception: metricName and metricNamespace must both be given, or neither.');
  const groups = input.logGroupName === undefined ? world.logs.list() : [groupOf(input, world)];
  const wants = ({ name, transformation }: MetricFilterFacts) =>
    name.startsWith(prefix) && (metric === undefined || (transformation.metricName === metric && transformation.metricNamespace === space));
  const all = groups.flatMap((group) => (group.facts.metricFilters ?? []).filter(wants).map((filter) => ({ name: `${filter.name}\n${group.name}`, group, filter })));
  const page = pageOf(all.sort((a, b) => (a.name < b.name ? -1 : 1)), input);
  return { metricFilters: page.items.map(({ group, filter }) => shape(group, filter)), nextToken: page.nextToken };
}

export function deleteMetricFilter(input: Input, world: World): object {
  const name = filterName(input, 'filterName');
  const group = groupOf(input, world);
  const kept = (group.facts.metricFilters ?? []).filter((one) => one.name !== name);
  if (kept.length === (group.facts.metricFilters ?? []).length) throw missing('The specified metric filter does not exist.');
  world.logs.write(group, { ...group.facts, metricFilters: kept });
  return {};
}

/** Which of some messages a pattern finds, and what it names in them. */
export function testMetricFilter(input: Input): object {
  const matches = parsePattern(textOf(input, 'filterPattern') ?? '');
  const messages = Array.isArray(input.logEventMessages) ? input.logEventMessages.map(String) : [];
  if (!messages.length || messages.length > 50) throw invalidParameter('logEventMessages must have 1 to 50 messages.');
  const found = messages.map((eventMessage, index) => ({ eventNumber: index + 1, eventMessage })).filter(({ eventMessage }) => matches(eventMessage));
  return { matches: found.map((one) => ({ ...one, extractedValues: matches.extract?.(one.eventMessage) ?? {} })) };
}

function shape(group: LogGroup, { name, pattern, transformation, created }: MetricFilterFacts): object {
  return { filterName: name, filterPattern: pattern, metricTransformations: [transformation], creationTime: created, logGroupName: group.name, applyOnTransformedLogs: false };
}

function metricText(input: Input, member: 'metricName' | 'metricNamespace'): string | undefined {
  const text = shortText(input, member, 255);
  // The documented pattern has no colon either, but AWS takes one.
  if (text !== undefined && /[*$]/.test(text)) throw validation(text, member, 'Member must satisfy regular expression pattern: [^:*$]*');
  return text;
}

function transformationOf(input: Input): Input {
  const all: readonly unknown[] = Array.isArray(input.metricTransformations) ? input.metricTransformations : [];
  const [first] = all;
  if (all.length > 1) throw validation(`[${all.map(shown).join(', ')}]`, 'metricTransformations', 'Member must have length less than or equal to 1');
  if (!isObject(first)) throw validation('[]', 'metricTransformations', 'Member must have length greater than or equal to 1');
  for (const member of ['metricName', 'metricNamespace'] as const) if (metricText(first, member) === undefined) throw validation(undefined, `metricTransformations.1.member.${member}`, 'Member must not be null');
  const value = textOf(first, 'metricValue');
  if (value === undefined) throw validation(undefined, 'metricTransformations.1.member.metricValue', 'Member must not be null');
  if (value.length > 100) throw validation(value, 'metricTransformations.1.member.metricValue', 'Member must have length less than or equal to 100');
  return first;
}

// As AWS shows one in a refusal.
function shown(transformation: unknown): string {
  const members = ['metricName', 'metricNamespace', 'metricValue', 'defaultValue', 'unit', 'dimensions'];
  const value = (member: string) => (isObject(transformation) ? plain(transformation[member]) : 'null');
  return `MetricTransformation(${members.map((member) => `${member}=${value(member)}`).join(', ')})`;
}

function plain(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value ?? null);
}
