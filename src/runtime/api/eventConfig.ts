import type { EventConfigRecord, FunctionRecord } from '../store/records';
import type { ApiCall, ApiReply, Input, World } from './call';
import { invalid, notFound, validation } from './errors';
import { isObject, numberOf, parseInput, textOf } from './input';
import { functionArn, lookup, parseName, qualified } from './names';
import { paged } from './paging';
import { drop, own } from './qualifiers';

export async function putEventConfig(call: ApiCall, world: World, [text = '']: readonly string[]): Promise<ApiReply> {
  const input = parseInput(call.body);
  const chosen = read(input);
  const members = ['MaximumRetryAttempts', 'MaximumEventAgeInSeconds', 'DestinationConfig'];
  if (members.every((member) => input[member] === undefined)) throw invalid('You must specify at least one of error handling or destination setting.');
  return change(call, world, text, (record) => {
    checkDestinations(world, record, chosen);
    return { ...chosen, lastModified: Date.now() };
  });
}

export async function updateEventConfig(call: ApiCall, world: World, [text = '']: readonly string[]): Promise<ApiReply> {
  const chosen = Object.fromEntries(Object.entries(read(parseInput(call.body))).filter(([, value]) => value !== undefined));
  return change(call, world, text, (record, key) => {
    const before = own(record.eventConfigs, key);
    if (!before) throw none(call, record.name, key, record.region);
    checkDestinations(world, record, chosen);
    return { ...before, ...chosen, lastModified: Date.now() };
  });
}

export async function getEventConfig(call: ApiCall, world: World, [text = '']: readonly string[]): Promise<ApiReply> {
  const { name, qualifier = '$LATEST' } = qualified(text, call.query.get('Qualifier'));
  const record = world.functions.get(name);
  const config = own(record?.eventConfigs, qualifier);
  if (!record || !config) throw none(call, name, qualifier, record?.region);
  return { status: 200, body: shape(record, qualifier, config) };
}

export async function deleteEventConfig(call: ApiCall, world: World, [text = '']: readonly string[]): Promise<ApiReply> {
  const { name, qualifier = '$LATEST' } = qualified(text, call.query.get('Qualifier'));
  return world.functions.change(name, async () => {
    const record = world.functions.get(name);
    if (!record || !own(record.eventConfigs, qualifier)) throw none(call, name, qualifier, record?.region);
    await world.functions.save({ ...record, eventConfigs: drop(record.eventConfigs, qualifier) });
    return { status: 204 };
  });
}

export async function listEventConfigs(call: ApiCall, world: World, [text = '']: readonly string[]): Promise<ApiReply> {
  const record = world.functions.get(parseName(text).name);
  if (!record) throw notFound("The function doesn't exist.");
  const all = Object.entries(record.eventConfigs ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const { page, next } = paged(call, all, ([key]) => key, 50);
  return { status: 200, body: { FunctionEventInvokeConfigs: page.map(([key, config]) => shape(record, key, config)), ...next } };
}

async function change(call: ApiCall, world: World, text: string, work: (record: FunctionRecord, key: string) => EventConfigRecord): Promise<ApiReply> {
  const { name, qualifier = '$LATEST' } = qualified(text, call.query.get('Qualifier'));
  return world.functions.change(name, async () => {
    const record = lookup(world, name, qualifier)?.record;
    if (!record) throw notFound("The function doesn't exist.");
    const config = work(record, qualifier);
    await world.functions.save({ ...record, eventConfigs: { ...record.eventConfigs, [qualifier]: config } });
    return { status: 200, body: shape(record, qualifier, config) };
  });
}

type Chosen = Omit<EventConfigRecord, 'lastModified'>;

function read(input: Input): Chosen {
  const destinations = isObject(input.DestinationConfig) ? input.DestinationConfig : {};
  return {
    retries: numberOf(input, 'MaximumRetryAttempts', 0, 2),
    maxAgeSeconds: numberOf(input, 'MaximumEventAgeInSeconds', 60, 21_600),
    onSuccess: destinationOf(destinations, 'OnSuccess'),
    onFailure: destinationOf(destinations, 'OnFailure'),
  };
}

function destinationOf(destinations: Input, member: 'OnSuccess' | 'OnFailure'): string | undefined {
  const arn = isObject(destinations[member]) ? textOf(destinations[member], 'Destination') : undefined;
  if (arn === undefined || /^$|^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:(\d{12})?:.*$/.test(arn)) return arn;
  throw validation(arn, `destinationConfig.o${member.slice(1)}.destination`, 'Member must satisfy regular expression pattern: $|kafka://([^.]([a-zA-Z0-9\\-_.]{0,248}))|arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\\-])+:((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1})?:(\\d{12})?:(.*)');
}

function checkDestinations(world: World, record: FunctionRecord, { onSuccess, onFailure }: Partial<Chosen>): void {
  for (const arn of [onSuccess, onFailure].filter((one) => one)) {
    const service = arn?.split(':')[2] ?? '';
    if (!['lambda', 'sqs', 'sns', 's3', 'events'].includes(service)) throw invalid(`The provided destination config DestinationConfig(onSuccess=${shown('OnSuccess', onSuccess)}, onFailure=${shown('OnFailure', onFailure)}) is invalid.`);
    if (arn?.endsWith(':')) throw invalid(`The destination ARN ${arn} is invalid.`);
    if (service !== 'lambda') continue;
    const { name, qualifier } = parseName(arn ?? '');
    if (name === record.name) throw invalid("You can't specify the function as a destination for itself.");
    if (!lookup(world, name, qualifier)) throw invalid(`The destination ARN ${arn} is invalid.`);
  }
}

function shown(kind: string, arn: string | undefined): string {
  return arn ? `${kind}(destination=${arn})` : 'null';
}

function none(call: ApiCall, name: string, key: string, region = call.region): Error {
  return notFound(`The function ${functionArn(region, name, key)} doesn't have an EventInvokeConfig`);
}

function shape(record: FunctionRecord, key: string, config: EventConfigRecord): object {
  const part = (arn: string | undefined) => (arn ? { Destination: arn } : {});
  return {
    LastModified: config.lastModified / 1000,
    FunctionArn: functionArn(record.region, record.name, key),
    MaximumRetryAttempts: config.retries,
    MaximumEventAgeInSeconds: config.maxAgeSeconds,
    DestinationConfig: { OnSuccess: part(config.onSuccess), OnFailure: part(config.onFailure) },
  };
}
