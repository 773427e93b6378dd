import type { ApiCall, ApiReply, World } from './call';
import type { ApiError } from './errors';
import { isFor, type JsonApi, serveJson } from './jsonApi';
import { getMetricData, getMetricStatistics, listMetrics } from './metricsData';

const type = { 'content-type': 'application/x-amz-json-1.0' };

/** The part of the CloudWatch API that reads metrics of functions, in JSON 1.0. */
const api: JsonApi = {
  prefix: 'GraniteServiceVersion20100801.',
  operations: { GetMetricData: getMetricData, GetMetricStatistics: getMetricStatistics, ListMetrics: listMetrics },
  unknown: 404,
  fault: 'InternalServiceFault',
  answer: (body) => ({ status: 200, headers: type, body }),
  refuse: failure,
};

export function isMetricsCall(call: ApiCall): boolean {
  return isFor(api, call);
}

export function metrics(call: ApiCall, world: World): Promise<ApiReply> {
  return serveJson(api, call, world);
}

// Clients that came from the older protocol look for its word for the error in a header.
function failure(error: ApiError): ApiReply {
  const fault = error.status < 500 ? 'Sender' : 'Receiver';
  const older = error.type.replace(/Exception$/, '');
  return { status: error.status, headers: { ...type, 'x-amzn-query-error': `${older};${fault}` }, body: { __type: error.type, message: error.message } };
}
