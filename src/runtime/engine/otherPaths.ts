import type { RuntimeRequest } from './requestReader';

/** What the Runtime API answers to what is no event and no answer to one. */
export interface OtherReply {
  readonly status: number;
  readonly body: object;
}

/**
 * The paths of the Runtime API that nothing stands behind here, answered as Lambda's own emulator of it answers, so that
 * clients which try them go on. `undefined` for a path that there is none of.
 * https://github.com/aws/aws-lambda-runtime-interface-emulator
 */
export function otherReply({ method, url }: Pick<RuntimeRequest, 'method' | 'url'>): OtherReply | undefined {
  if (method === 'PUT' && url === '/2020-08-15/logs') return refusal(202, 'Logs.NotSupported', 'Logs API is not supported');
  if (method === 'PUT' && url === '/2022-07-01/telemetry') return refusal(202, 'Telemetry.NotSupported', 'Telemetry API is not supported');
  if (url === '/2018-06-01/runtime/restore/next' || url === '/2018-06-01/runtime/restore/error') return notNow('Nothing is restored: this environment was started');
  if (url.startsWith('/2020-01-01/extension/')) return notNow('Extensions register while an environment is started, and none is started here');
  return undefined;
}

/** For what may be said at another time. */
export function notNow(errorMessage: string): OtherReply {
  return refusal(403, 'InvalidStateTransition', errorMessage);
}

function refusal(status: number, errorType: string, errorMessage: string): OtherReply {
  return { status, body: { errorMessage, errorType } };
}
