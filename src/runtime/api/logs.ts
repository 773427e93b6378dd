import { Readable } from 'node:stream';
import type { ApiCall, ApiReply, Input, World } from './call';
import { ApiError, logsError } from './errors';
import { parseInput } from './input';
import { eventStreamType } from './eventStream';
import { startLiveTail } from './liveTail';
import * as events from './logEvents';
import * as groups from './logGroups';
import * as tags from './logTags';
import { putLogEvents } from './logWrites';

type Operation = (input: Input, world: World, call: ApiCall) => object;

const operations: Readonly<Record<string, Operation>> = {
  CreateLogGroup: groups.createLogGroup,
  CreateLogStream: groups.createLogStream,
  DeleteLogGroup: groups.deleteLogGroup,
  DeleteLogStream: groups.deleteLogStream,
  DeleteRetentionPolicy: groups.deleteRetentionPolicy,
  DescribeLogGroups: groups.describeLogGroups,
  DescribeLogStreams: groups.describeLogStreams,
  FilterLogEvents: events.filterLogEvents,
  GetLogEvents: events.getLogEvents,
  ListLogGroups: groups.listLogGroups,
  ListTagsForResource: tags.listLogGroupTags,
  ListTagsLogGroup: tags.listLogGroupTags,
  PutLogEvents: putLogEvents,
  PutRetentionPolicy: groups.putRetentionPolicy,
  StartLiveTail: startLiveTail,
  TagLogGroup: tags.tagLogGroup,
  TagResource: tags.tagLogGroup,
  UntagLogGroup: tags.untagLogGroup,
  UntagResource: tags.untagLogGroup,
};

const targetPrefix = 'Logs_20140328.';

export function isLogsCall(call: ApiCall): boolean {
  return String(call.headers['x-amz-target'] ?? '').startsWith(targetPrefix);
}

/** The CloudWatch Logs API, in JSON 1.1. */
export async function logs(call: ApiCall, world: World): Promise<ApiReply> {
  const name = String(call.headers['x-amz-target']).slice(targetPrefix.length);
  try {
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (!operation) throw new ApiError(400, 'UnknownOperationException', `The local runtime does not know ${name}.`);
    const body = operation(parseInput(call.body), world, call);
    return { status: 200, headers: { 'content-type': body instanceof Readable ? eventStreamType : 'application/x-amz-json-1.1' }, body };
  } catch (error) {
    if (error instanceof ApiError) return logsError(asRecorded(error));
    world.warn(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return logsError(new ApiError(500, 'ServiceUnavailableException', 'The local runtime failed; its log says why.'));
  }
}

// Lambda's word for a member that is out of its bounds is not that of this API.
function asRecorded(error: ApiError): ApiError {
  const isBound = error.type === 'ValidationException' && error.message.startsWith('1 validation error');
  return isBound || error.type === 'InvalidParameterValueException' ? new ApiError(400, 'InvalidParameterException', error.message) : error;
}
