import { Readable } from 'node:stream';
import type { ApiCall, ApiReply, World } from './call';
import { ApiError, logsError } from './errors';
import { eventStreamType } from './eventStream';
import { isFor, type JsonApi, serveJson } from './jsonApi';
import { startLiveTail } from './liveTail';
import * as deliveries from './logDeliveries';
import * as outlets from './logDeliveryDestinations';
import * as sources from './logDeliverySources';
import * as events from './logEvents';
import * as exports from './logExports';
import * as groups from './logGroups';
import * as tags from './logTags';
import * as metricFilters from './logMetricFilters';
import * as policies from './logPolicies';
import * as queries from './logQueries';
import * as definitions from './logQueryDefinitions';
import * as subscriptions from './logSubscriptions';
import { putLogEvents } from './logWrites';

const operations: JsonApi['operations'] = {
  CancelExportTask: exports.cancelExport,
  CreateDelivery: deliveries.createDelivery,
  CreateExportTask: exports.createExport,
  CreateLogGroup: groups.createLogGroup,
  CreateLogStream: groups.createLogStream,
  DeleteDelivery: deliveries.deleteDelivery,
  DeleteDeliveryDestination: outlets.deleteDeliveryDestination,
  DeleteDeliveryDestinationPolicy: outlets.deleteDeliveryDestinationPolicy,
  DeleteDeliverySource: sources.deleteDeliverySource,
  DeleteDestination: policies.deleteDestination,
  DeleteLogGroup: groups.deleteLogGroup,
  DeleteLogStream: groups.deleteLogStream,
  DeleteMetricFilter: metricFilters.deleteMetricFilter,
  DeleteQueryDefinition: definitions.deleteQueryDefinition,
  DeleteResourcePolicy: policies.deleteResourcePolicy,
  DeleteRetentionPolicy: groups.deleteRetentionPolicy,
  DeleteSubscriptionFilter: subscriptions.deleteSubscription,
  DescribeDeliveries: deliveries.describeDeliveries,
  DescribeDeliveryDestinations: outlets.describeDeliveryDestinations,
  DescribeDeliverySources: sources.describeDeliverySources,
  DescribeDestinations: policies.describeDestinations,
  DescribeExportTasks: exports.describeExports,
  DescribeLogGroups: groups.describeLogGroups,
  DescribeLogStreams: groups.describeLogStreams,
  DescribeMetricFilters: metricFilters.describeMetricFilters,
  DescribeQueries: queries.describeQueries,
  DescribeQueryDefinitions: definitions.describeQueryDefinitions,
  DescribeResourcePolicies: policies.describeResourcePolicies,
  DescribeSubscriptionFilters: subscriptions.describeSubscriptions,
  FilterLogEvents: events.filterLogEvents,
  GetDelivery: deliveries.getDelivery,
  GetDeliveryDestination: outlets.getDeliveryDestination,
  GetDeliveryDestinationPolicy: outlets.getDeliveryDestinationPolicy,
  GetDeliverySource: sources.getDeliverySource,
  GetLogEvents: events.getLogEvents,
  GetLogGroupFields: queries.getLogGroupFields,
  GetLogRecord: queries.getLogRecord,
  GetQueryResults: queries.getQueryResults,
  ListLogGroups: groups.listLogGroups,
  ListTagsForResource: tags.listTags,
  ListTagsLogGroup: tags.listTags,
  PutDeliveryDestination: outlets.putDeliveryDestination,
  PutDeliveryDestinationPolicy: outlets.putDeliveryDestinationPolicy,
  PutDeliverySource: sources.putDeliverySource,
  PutDestination: policies.putDestination,
  PutDestinationPolicy: policies.putDestinationPolicy,
  PutLogEvents: putLogEvents,
  PutMetricFilter: metricFilters.putMetricFilter,
  PutQueryDefinition: definitions.putQueryDefinition,
  PutResourcePolicy: policies.putResourcePolicy,
  PutRetentionPolicy: groups.putRetentionPolicy,
  PutSubscriptionFilter: subscriptions.putSubscription,
  StartLiveTail: startLiveTail,
  StartQuery: queries.startQuery,
  StopQuery: queries.stopQuery,
  TagLogGroup: tags.tag,
  TagResource: tags.tag,
  TestMetricFilter: metricFilters.testMetricFilter,
  UntagLogGroup: tags.untag,
  UntagResource: tags.untag,
  UpdateDeliveryConfiguration: deliveries.updateDeliveryConfiguration,
};

/** The CloudWatch Logs API, in JSON 1.1. */
const api: JsonApi = {
  prefix: 'Logs_20140328.',
  operations,
  unknown: 400,
  fault: 'ServiceUnavailableException',
  answer: (body) => ({ status: 200, headers: { 'content-type': body instanceof Readable ? eventStreamType : 'application/x-amz-json-1.1' }, body }),
  refuse: (error, operation) => logsError(operation.includes('Deliver') ? error : asRecorded(error)),
};

export function isLogsCall(call: ApiCall): boolean {
  return isFor(api, call);
}

export function logs(call: ApiCall, world: World): Promise<ApiReply> {
  return serveJson(api, call, world);
}

// Lambda's word for a member that is out of its bounds is not that of this API; its operations on deliveries are younger and have it.
function asRecorded(error: ApiError): ApiError {
  const isBound = error.type === 'ValidationException' && error.message.startsWith('1 validation error');
  return isBound || error.type === 'InvalidParameterValueException' ? new ApiError(400, 'InvalidParameterException', error.message) : error;
}
