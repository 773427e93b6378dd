import type { LogGroup } from '../store/logGroup';
import type { LogStream } from '../store/logStream';
import { account, type ApiCall, type Input, type World } from './call';
import { ApiError, validation } from './errors';
import { mapOf, numberOf, textOf } from './input';

export const invalidParameter = (message: string) => new ApiError(400, 'InvalidParameterException', message);
const exists = (message: string) => new ApiError(400, 'ResourceAlreadyExistsException', message);
export const missing = (message: string) => new ApiError(400, 'ResourceNotFoundException', message);

/** The group that a request names or identifies. */
export function groupOf(input: Input, world: World): LogGroup {
  const name = groupName(input);
  const group = world.logs.get(name);
  if (!group) throw missing('The specified log group does not exist.');
  return group;
}

function groupName(input: Input): string {
  const name = textOf(input, 'logGroupName');
  const identifier = textOf(input, 'logGroupIdentifier');
  if (name !== undefined && identifier !== undefined) throw new ApiError(400, 'ValidationException', 'LogGroup name and LogGroup ARN are mutually exclusive parameters.');
  // The ARN with an asterisk, which stands for the group's streams too, names no group.
  if (identifier && !/^[\w#+=/:,.@-]*$/.test(identifier)) throw invalidParameter("1 validation error detected: Value at 'logGroupIdentifier' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w#+=/:,.@-]*");
  const text = name ?? identifier?.replace(/^arn:[^:]+:logs:[^:]*:\d*:log-group:/, '') ?? '';
  if (text.length > 512) throw invalidParameter('Invalid LogGroup or LogStream, both must have length less than or equal to 512.');
  if (!/^[.\-_/#A-Za-z0-9]+$/.test(text)) throw invalidParameter(`1 validation error detected: Value '${text}' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+`);
  return text;
}

export function streamOf(group: LogGroup, name: string | undefined): LogStream {
  const stream = name === undefined ? undefined : group.stream(name);
  if (!stream) throw missing('The specified log stream does not exist.');
  return stream;
}

export function createLogGroup(input: Input, world: World): object {
  const name = groupName(input);
  if (world.logs.get(name)) throw exists('The specified log group already exists');
  const tags = mapOf(input.tags, 'tags');
  const kmsKeyId = textOf(input, 'kmsKeyId');
  const group = world.logs.ensure(name);
  if (tags ?? kmsKeyId) world.logs.write(group, { ...group.facts, tags, kmsKeyId });
  return {};
}

export function deleteLogGroup(input: Input, world: World): object {
  world.logs.remove(groupOf(input, world));
  return {};
}

// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
const retentions = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

export function putRetentionPolicy(input: Input, world: World): object {
  const group = groupOf(input, world);
  const retentionInDays = numberOf(input, 'retentionInDays', 1, 3653) ?? 0;
  if (!retentions.includes(retentionInDays)) throw invalidParameter(`1 validation error detected: Value '${retentionInDays}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${retentions.join(', ')}]`);
  world.logs.write(group, { ...group.facts, retentionInDays });
  group.expire();
  return {};
}

export function deleteRetentionPolicy(input: Input, world: World): object {
  const group = groupOf(input, world);
  world.logs.write(group, { ...group.facts, retentionInDays: undefined });
  return {};
}

export function createLogStream(input: Input, world: World): object {
  const group = groupOf(input, world);
  const name = textOf(input, 'logStreamName') ?? '';
  if (!/^[^:*]{1,512}$/.test(name)) throw invalidParameter('logStreamName must have 1 to 512 letters, without : and *.');
  if (group.stream(name)) throw exists('The specified log stream already exists');
  group.createOnDisk(name);
  return {};
}

export function deleteLogStream(input: Input, world: World): object {
  const group = groupOf(input, world);
  group.remove(streamOf(group, textOf(input, 'logStreamName')).name);
  return {};
}

export function describeLogGroups(input: Input, world: World, call: ApiCall): object {
  const prefix = textOf(input, 'logGroupNamePrefix') ?? '';
  const part = textOf(input, 'logGroupNamePattern') ?? '';
  if (prefix && part) throw invalidParameter('LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.');
  const wanted = world.logs.list().filter(({ name }) => name.startsWith(prefix) && name.toLowerCase().includes(part.toLowerCase()));
  const page = pageOf(wanted, input);
  // As recorded, a search by a part of the name does not look at what is in them.
  const less = part ? { storedBytes: undefined, deletionProtectionEnabled: undefined } : {};
  return { logGroups: page.items.map((group) => ({ ...groupShape(group, call.region), ...less })), nextToken: page.nextToken };
}

/** Those whose names match an expression, with what names them and no more. */
export function listLogGroups(input: Input, world: World, call: ApiCall): object {
  const pattern = textOf(input, 'logGroupNamePattern') ?? '';
  const wanted = world.logs.list().filter(({ name }) => matchesName(name, pattern));
  const page = pageOf(wanted, input, 1000);
  const shape = ({ name }: LogGroup) => ({ logGroupName: name, logGroupArn: arnOf(name, call.region), logGroupClass: 'STANDARD' });
  return { logGroups: page.items.map(shape), nextToken: page.nextToken };
}

// `a|b` is either, `^` the start of the name.
function matchesName(name: string, pattern: string): boolean {
  return pattern.split('|').some((part) => (part.startsWith('^') ? name.startsWith(part.slice(1)) : name.includes(part)));
}

function arnOf(name: string, region: string): string {
  return `arn:aws:logs:${region}:${account}:log-group:${name}`;
}

function groupShape(group: LogGroup, region: string): object {
  const { name, facts } = group;
  const arn = arnOf(name, region);
  const shape = { logGroupName: name, creationTime: facts.created, retentionInDays: facts.retentionInDays, kmsKeyId: facts.kmsKeyId, metricFilterCount: facts.metricFilters?.length ?? 0 };
  return { ...shape, arn: `${arn}:*`, logGroupArn: arn, storedBytes: group.bytes, logGroupClass: 'STANDARD', deletionProtectionEnabled: false };
}

export function describeLogStreams(input: Input, world: World, call: ApiCall): object {
  const group = groupOf(input, world);
  const prefix = textOf(input, 'logStreamNamePrefix') ?? '';
  const order = textOf(input, 'orderBy') ?? 'LogStreamName';
  if (!['LogStreamName', 'LastEventTime'].includes(order)) throw validation(order, 'orderBy', 'Member must satisfy enum value set: [LogStreamName, LastEventTime]');
  const byTime = order === 'LastEventTime';
  if (byTime && prefix) throw invalidParameter('Cannot order by LastEventTime with a logStreamNamePrefix.');
  const streams = group.streams().filter((stream) => stream.name.startsWith(prefix));
  streams.sort(byTime ? (a, b) => (a.lastTimestamp ?? 0) - (b.lastTimestamp ?? 0) : (a, b) => (a.name < b.name ? -1 : 1));
  if (input.descending === true) streams.reverse();
  const page = pageOf(streams, input);
  return { logStreams: page.items.map((stream) => streamShape(group, stream, call.region)), nextToken: page.nextToken };
}

function streamShape(group: LogGroup, stream: LogStream, region: string): object {
  return {
    logStreamName: stream.name,
    creationTime: stream.created,
    firstEventTimestamp: stream.firstTimestamp,
    lastEventTimestamp: stream.lastTimestamp,
    lastIngestionTime: stream.lastIngestion,
    uploadSequenceToken: stream.nextSeq ? String(stream.nextSeq).padStart(56, '0') : undefined,
    arn: `arn:aws:logs:${region}:${account}:log-group:${group.name}:log-stream:${stream.name}`,
    storedBytes: 0,
  };
}

/** The page that a request asks for. The token is the name of the last item shown; the order is the same at every call. */
export function pageOf<T extends { readonly name: string }>(items: readonly T[], input: Input, most = 50): { items: readonly T[]; nextToken?: string } {
  const token = textOf(input, 'nextToken');
  const limit = numberOf(input, 'limit', 1, most) ?? 50;
  const last = token === undefined ? undefined : Buffer.from(token, 'base64url').toString();
  const at = last === undefined ? -1 : items.findIndex((item) => item.name === last);
  if (last !== undefined && at < 0) throw invalidParameter('The specified nextToken is invalid.');
  const page = items.slice(at + 1, at + 1 + limit);
  const more = at + 1 + limit < items.length;
  return { items: page, nextToken: more ? Buffer.from(page.at(-1)?.name ?? '').toString('base64url') : undefined };
}
