import type { cloudfunctions_v2 } from 'googleapis/build/src/apis/cloudfunctions/v2';
import type { run_v2 } from 'googleapis/build/src/apis/run/v2';
import { isProviderError } from '../../core/errors';
import type { CallOptions, FunctionRef } from '../../core/provider';
import { call } from './call';
import type { Connection } from './client';
import { serviceName } from './names';
import { text } from './values';

type Raw = cloudfunctions_v2.Schema$Function;
export type Service = run_v2.Schema$GoogleCloudRunV2Service;
export type Target = run_v2.Schema$GoogleCloudRunV2TrafficTarget;

export const latestType = 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST';
export const revisionType = 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION';

/** The service that runs a function. */
export function readService(connection: Connection, ref: FunctionRef, options: CallOptions): Promise<Service> {
  const { services } = connection.run2.projects.locations;
  return call(connection, { action: 'run.services.get', subject: ref.name, repeat: true, send: (at) => services.get({ name: serviceName(ref) }, at) }, options);
}

/** Whether all calls go to the code that was deployed last; a service that cannot be read is taken to do so, as it does by default. */
export async function servesNewest(connection: Connection, ref: FunctionRef, { serviceConfig }: Raw, options: CallOptions): Promise<boolean> {
  // Google leaves out what is false; others may leave out what is true.
  if (typeof serviceConfig?.allTrafficOnLatestRevision === 'boolean') return serviceConfig.allTrafficOnLatestRevision;
  try {
    const service = await readService(connection, ref, options);
    return (sharesOf(service)[newestOf(service)] ?? 0) === 100;
  } catch (error) {
    if (isProviderError(error) && (error.kind === 'denied' || error.kind === 'notFound')) return true;
    throw error;
  }
}

/** Percent of the calls by the name of the revision. */
export function sharesOf(service: Service): Readonly<Record<string, number>> {
  const targets = [service.trafficStatuses, service.traffic].find((list) => Array.isArray(list) && list.length > 0) ?? [{ type: latestType, percent: 100 }];
  const shares: Record<string, number> = {};
  for (const { type, revision, percent } of targets) {
    const name = type === latestType ? newestOf(service) : lastPart(revision);
    shares[name] = (shares[name] ?? 0) + (percent ?? 0);
  }
  return shares;
}

/** The name of the newest revision that is ready. */
export function newestOf({ latestReadyRevision, latestCreatedRevision }: Service): string {
  return lastPart(latestReadyRevision) || lastPart(latestCreatedRevision);
}

export function lastPart(name: string | null | undefined): string {
  return (text(name) ?? '').split('/').at(-1) ?? '';
}
