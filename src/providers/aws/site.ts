import type { Access } from './client';
import type { ServiceName } from './endpoints';

/** The machine that a request went to, to begin a sentence with. */
export function host(access: Access, action: string): string {
  const endpoint = access.endpoint(serviceOf(action));
  return endpoint ? `${access.system} at ${endpoint.url}` : `${access.system} in ${access.region}`;
}

export function serviceOf(action: string): ServiceName {
  const service = action.split(':')[0];
  return service === 'logs' || service === 'iam' ? service : 'lambda';
}
