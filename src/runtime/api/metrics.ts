import type { ApiCall, ApiReply, Input, World } from './call';
import { ApiError } from './errors';
import { parseInput } from './input';
import { getMetricData, getMetricStatistics, listMetrics } from './metricsData';

const operations: Readonly<Record<string, (input: Input, world: World) => object>> = {
  GetMetricData: getMetricData,
  GetMetricStatistics: getMetricStatistics,
  ListMetrics: listMetrics,
};

const targetPrefix = 'GraniteServiceVersion20100801.';

export function isMetricsCall(call: ApiCall): boolean {
  return String(call.headers['x-amz-target'] ?? '').startsWith(targetPrefix);
}

/** The part of the CloudWatch API that reads metrics of functions, in JSON 1.0. */
export async function metrics(call: ApiCall, world: World): Promise<ApiReply> {
  const name = String(call.headers['x-amz-target']).slice(targetPrefix.length);
  const headers = { 'content-type': 'application/x-amz-json-1.0' };
  try {
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (!operation) throw new ApiError(404, 'UnknownOperationException', `The local runtime does not know ${name}.`);
    return { status: 200, headers, body: operation(parseInput(call.body), world) };
  } catch (error) {
    if (error instanceof ApiError) return failure(error);
    world.warn(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return failure(new ApiError(500, 'InternalServiceFault', 'The local runtime failed; its log says why.'));
  }
}

// Clients that came from the older protocol look for its word for the error in a header.
function failure(error: ApiError): ApiReply {
  const fault = error.status < 500 ? 'Sender' : 'Receiver';
  const older = error.type.replace(/Exception$/, '');
  return { status: error.status, headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-query-error': `${older};${fault}` }, body: { __type: error.type, message: error.message } };
}
