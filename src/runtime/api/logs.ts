import { Readable } from 'node:stream';
import type { ApiCall, ApiReply, World } from './call';
import { ApiError, logsError } from './errors';
import { eventStreamType } from './eventStream';
import { isFor, type JsonApi, serveJson } from './jsonApi';
import { startLiveTail } from './liveTail';
import * as events from './logEvents';
import * as groups from './logGroups';
import * as tags from './logTags';
import * as metricFilters from './logMetricFilters';
import * as policies from './logPolicies';
import * as queries from './logQueries';
import * as subscriptions from './logSubscriptions';
import { putLogEvents } from './logWrites';

const operations: JsonApi['operations'] = {
  CreateLogGroup: groups.createLogGroup,
  CreateLogStream: groups.createLogStream,
  DeleteLogGroup: groups.deleteLogGroup,
  DeleteLogStream: groups.deleteLogStream,
  DeleteResourcePolicy: policies.deleteResourcePolicy,
  DeleteRetentionPolicy: groups.deleteRetentionPolicy,
  DescribeDestinations: policies.describeDestinations,
  DescribeLogGroups: groups.describeLogGroups,
  DescribeLogStreams: groups.describeLogStreams,
  DeleteDestination: policies.deleteDestination,
  DeleteMetricFilter: metricFilters.deleteMetricFilter,
  DeleteSubscriptionFilter: subscriptions.deleteSubscription,
  DescribeMetricFilters: metricFilters.describeMetricFilters,
  DescribeQueries: queries.describeQueries,
  DescribeResourcePolicies: policies.describeResourcePolicies,
  DescribeSubscriptionFilters: subscriptions.describeSubscriptions,
  FilterLogEvents: events.filterLogEvents,
  GetLogRecord: queries.getLogRecord,
  GetQueryResults: queries.getQueryResults,
  GetLogEvents: events.getLogEvents,
  ListLogGroups: groups.listLogGroups,
  ListTagsForResource: tags.listLogGroupTags,
  ListTagsLogGroup: tags.listLogGroupTags,
  PutDestination: policies.putDestination,
  PutDestinationPolicy: policies.putDestinationPolicy,
  PutLogEvents: putLogEvents,
  PutMetricFilter: metricFilters.putMetricFilter,
  PutResourcePolicy: policies.putResourcePolicy,
  PutRetentionPolicy: groups.putRetentionPolicy,
  PutSubscriptionFilter: subscriptions.putSubscription,
  StartLiveTail: startLiveTail,
  StartQuery: queries.startQuery,
  StopQuery: queries.stopQuery,
  TagLogGroup: tags.tagLogGroup,
  TagResource: tags.tagLogGroup,
  TestMetricFilter: metricFilters.testMetricFilter,
  UntagLogGroup: tags.untagLogGroup,
  UntagResource: tags.untagLogGroup,
};

/** The CloudWatch Logs API, in JSON 1.1. */
const api: JsonApi = {
  prefix: 'Logs_20140328.',
  operations,
  unknown: 400,
  fault: 'ServiceUnavailableException',
  answer: (body) => ({ status: 200, headers: { 'content-type': body instanceof Readable ? eventStreamType : 'application/x-amz-json-1.1' }, body }),
  refuse: (error) => logsError(asRecorded(error)),
};

export function isLogsCall(call: ApiCall): boolean {
  return isFor(api, call);
}

export function logs(call: ApiCall, world: World): Promise<ApiReply> {
  return serveJson(api, call, world);
}

// Lambda's word for a member that is out of its bounds is not that of this API.
function asRecorded(error: ApiError): ApiError {
  const isBound = error.type === 'ValidationException' && error.message.startsWith('1 validation error');
  return isBound || error.type === 'InvalidParameterValueException' ? new ApiError(400, 'InvalidParameterException', error.message) : error;
}
