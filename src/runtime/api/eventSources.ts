import { queueSetting } from '../store/queues';
import { newTrigger, type QueueSource, type TriggerRecord } from '../store/triggers';
import type { ApiCall, ApiReply, Input, World } from './call';
import { conflict, invalid, notFound, validation } from './errors';
import { isObject, mapOf, numberOf, parseInput, textOf } from './input';
import { isPattern } from './messagePattern';
import { functionArn, lookup, parseName, type Found } from './names';
import { paged } from './paging';
import { checkTags } from './tags';

type Mapping = TriggerRecord & { readonly source: QueueSource };

export async function createEventSource(call: ApiCall, world: World): Promise<ApiReply> {
  const input = parseInput(call.body);
  const name = textOf(input, 'FunctionName');
  if (name === undefined) throw validation(undefined, 'functionName', 'Member must not be null');
  const arn = textOf(input, 'EventSourceArn');
  refuseStream(input, arn);
  if (arn === undefined || !/^arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:[\w.-]+$/.test(arn)) throw invalid('Unrecognized event source.');
  const tags = checkTags(mapOf(input.Tags, 'Tags') ?? {});
  const source = sourceOf(input, { kind: 'queue', queue: arn.split(':').at(-1) ?? '', arn, batchSize: 10, windowSeconds: 0, partial: false });
  const found = calledBy(world, name);
  check(world, found, source);
  const twin = mappings(world).find((one) => one.name === found.record.name && one.qualifier === found.qualifier && one.source.queue === source.queue);
  if (twin) throw conflict(`An event source mapping with SQS arn (" ${arn} ") and function (" ${found.record.name} ") already exists. Please update or delete the existing mapping with UUID ${twin.id}`);
  const mapping = { ...newTrigger(found.record.name, source), source, qualifier: found.qualifier, enabled: input.Enabled !== false, tags };
  await world.triggers.put(mapping);
  return { status: 202, body: shape(world, mapping, 'Creating') };
}

// Streams are not here. What is wrong with a request for one is said first, as AWS says it.
function refuseStream(input: Input, arn = ''): void {
  const [, , vendor = ''] = arn.split(':');
  if (!['kinesis', 'dynamodb'].includes(vendor)) return;
  const start = textOf(input, 'StartingPosition');
  if (start === undefined) throw invalid(validation(undefined, 'startingPosition', 'Member must not be null.').message);
  if (!['LATEST', 'AT_TIMESTAMP', 'TRIM_HORIZON'].includes(start)) throw validation(start, 'startingPosition', 'Member must satisfy enum value set: [LATEST, AT_TIMESTAMP, TRIM_HORIZON]');
  if (vendor === 'dynamodb' && start === 'AT_TIMESTAMP') throw invalid(`Unsupported starting position for arn type: ${arn}`);
  throw invalid(`Unrecognized event source. The local runtime reads queues; ${arn} is a stream.`);
}

export async function updateEventSource(call: ApiCall, world: World, [id = '']: readonly string[]): Promise<ApiReply> {
  const input = parseInput(call.body);
  const before = existing(world, id);
  const name = textOf(input, 'FunctionName');
  const found = calledBy(world, name ?? nameOf(before));
  const source = sourceOf(input, before.source);
  check(world, found, source);
  const enabled = typeof input.Enabled === 'boolean' ? input.Enabled : before.enabled;
  const mapping = { ...before, name: found.record.name, qualifier: found.qualifier, enabled, source, changed: Date.now() };
  await world.triggers.put(mapping);
  const state = enabled === before.enabled ? 'Updating' : enabled ? 'Enabling' : 'Disabling';
  return { status: 202, body: shape(world, mapping, state) };
}

export async function getEventSource(_call: ApiCall, world: World, [id = '']: readonly string[]): Promise<ApiReply> {
  return { status: 200, body: shape(world, existing(world, id)) };
}

export async function deleteEventSource(_call: ApiCall, world: World, [id = '']: readonly string[]): Promise<ApiReply> {
  const mapping = existing(world, id);
  await world.triggers.remove(id);
  return { status: 202, body: shape(world, mapping, 'Deleting') };
}

export async function listEventSources(call: ApiCall, world: World): Promise<ApiReply> {
  const arn = call.query.get('EventSourceArn');
  const text = call.query.get('FunctionName');
  const asked = text ? parseName(text) : undefined;
  const fits = ({ name, qualifier, source }: Mapping) => (!arn || source.arn === arn) && (!asked || (asked.name === name && asked.qualifier === qualifier));
  const { page, next } = paged(call, [...mappings(world).filter(fits)].sort((a, b) => (a.id < b.id ? -1 : 1)), ({ id }) => id);
  return { status: 200, body: { EventSourceMappings: page.map((mapping) => shape(world, mapping)), ...next } };
}

function mappings(world: World): readonly Mapping[] {
  return world.triggers.list().filter((record): record is Mapping => record.source.kind === 'queue');
}

function existing(world: World, id: string): Mapping {
  const mapping = mappings(world).find((one) => one.id === id);
  if (mapping) return mapping;
  throw notFound('The resource you requested does not exist.');
}

function calledBy(world: World, text: string): Found {
  const { name, qualifier } = parseName(text);
  const found = lookup(world, name, qualifier);
  if (found) return found;
  throw invalid('Function does not exist');
}

function nameOf({ name, qualifier }: Mapping): string {
  return qualifier === undefined ? name : `${name}:${qualifier}`;
}

function sourceOf(input: Input, before: QueueSource): QueueSource {
  if (isObject(input.DestinationConfig) && Object.keys(input.DestinationConfig).length) throw invalid('Unsupported DestinationConfig parameter for given event source mapping type.');
  const scaling = isObject(input.ScalingConfig) ? input.ScalingConfig : undefined;
  return {
    ...before,
    batchSize: numberOf(input, 'BatchSize', 1, 10_000) ?? before.batchSize,
    windowSeconds: numberOf(input, 'MaximumBatchingWindowInSeconds', 0, 300) ?? before.windowSeconds,
    partial: Array.isArray(input.FunctionResponseTypes) ? input.FunctionResponseTypes.includes('ReportBatchItemFailures') : before.partial,
    maxConcurrency: scaling ? numberOf(scaling, 'MaximumConcurrency', 2, 1000, 'scalingConfig.maximumConcurrency') : before.maxConcurrency,
    filters: isObject(input.FilterCriteria) ? filtersOf(input.FilterCriteria) : before.filters,
  };
}

function filtersOf({ Filters }: Input): readonly string[] | undefined {
  const filters: readonly unknown[] = Array.isArray(Filters) ? Filters : [];
  const patterns = filters.map((filter) => (isObject(filter) && typeof filter.Pattern === 'string' ? filter.Pattern : ''));
  if (!patterns.every(isPattern)) throw invalid('Invalid filter pattern definition.');
  if (patterns.length > 5) throw invalid('FilterCriteria can have at most 5 filters.');
  return patterns.length ? patterns : undefined;
}

function check(world: World, { version }: Found, { batchSize, queue: name, windowSeconds }: QueueSource): void {
  const queue = world.queues.get(name);
  if (!queue) throw invalid('Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist.');
  if (batchSize > 10 && name.endsWith('.fifo')) throw invalid('Batch size must be less than or equal to 10 for FIFO queues.');
  if (windowSeconds && name.endsWith('.fifo')) throw invalid('Batching window is not supported for FIFO queues.');
  if (batchSize > 10 && !windowSeconds) throw invalid('Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10');
  const seconds = queueSetting(queue.record, 'VisibilityTimeout');
  if (seconds < version.timeout) throw invalid(`Queue visibility timeout: ${seconds} seconds is less than Function timeout: ${version.timeout} seconds`);
}

function shape(world: World, mapping: Mapping, state = mapping.enabled ? 'Enabled' : 'Disabled'): object {
  const { changed, id, name, qualifier, source } = mapping;
  const region = world.functions.get(name)?.region ?? source.arn.split(':')[3] ?? 'local';
  return {
    UUID: id,
    BatchSize: source.batchSize,
    MaximumBatchingWindowInSeconds: source.windowSeconds,
    EventSourceArn: source.arn,
    FunctionArn: functionArn(region, name, qualifier),
    LastModified: changed / 1000,
    State: state,
    StateTransitionReason: 'USER_INITIATED',
    FunctionResponseTypes: source.partial ? ['ReportBatchItemFailures'] : [],
    ...(source.maxConcurrency === undefined ? {} : { ScalingConfig: { MaximumConcurrency: source.maxConcurrency } }),
    ...(source.filters ? { FilterCriteria: { Filters: source.filters.map((Pattern) => ({ Pattern })) } } : {}),
    EventSourceMappingArn: functionArn(region, name).replace(/function:.*$/, `event-source-mapping:${id}`),
  };
}
