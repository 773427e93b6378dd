import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';

const times = new WeakMap<object, Date>();

/** Makes a client note the `Date` header of its answers, which the SDK does not hand on. */
export function watchServerTime(client: CloudWatchLogsClient): CloudWatchLogsClient {
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { headers } = result.response as { headers?: Record<string, string> };
      const at = new Date(headers?.['date'] ?? NaN);
      if (!Number.isNaN(at.getTime())) times.set(Object(result.output) as object, at);
      return result;
    },
    { step: 'deserialize', name: 'noteServerTime', priority: 'high' },
  );
  return client;
}

/** When an answer was given, by the server's own clock, to the second. */
export function serverTime(answer: object): Date | undefined {
  return times.get(answer);
}
