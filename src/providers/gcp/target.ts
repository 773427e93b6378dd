import { ProviderError } from '../../core/errors';
import type { CallOptions, CloudFunction, FunctionRef } from '../../core/provider';
import type { Connection } from './client';
import { describe, type Found, generation } from './describe';
import { isSafe } from './endpoints';
import { type LogSource, logSource } from './logSource';
import { placeOf } from './names';
import { toProcessors } from './quantities';
import { list, members } from './raw';
import { toFunction } from './row';
import { toRunFunction } from './runRow';

/** What has to be known of a function to call it and to tell of the call. */
export interface Target {
  readonly url: string;
  readonly takes: 'http' | 'cloudevent';
  readonly timeoutSeconds?: number | undefined;
  readonly memoryMb?: number | undefined;
  readonly cpu?: number | undefined;
  readonly source: LogSource;
  readonly costBasis?: string | undefined;
}

/** Finds it; throws `ProviderError` when there is nothing to call. */
export async function findTarget(connection: Connection, ref: FunctionRef, options: CallOptions): Promise<Target> {
  const found = await describe(connection, ref, options);
  if (!found) throw refused('notFound', `There is no "${ref.name}" in ${ref.scope}; refresh the list and choose again.`);
  const row = found.kind === 'function' ? toFunction(connection, found.raw) : toRunFunction(connection, found.raw, placeOf(ref).location);
  if (found.kind === 'function' && generation(found.raw) === 1) {
    throw refused('unsupported', `"${ref.name}" is a first-generation function, which cannot be called from here; ${row?.hint ? 'upgrade it first' : 'call it with gcloud'}.`);
  }
  return {
    url: checkUrl(ref, row),
    takes: row?.takes === 'cloudevent' ? 'cloudevent' : 'http',
    timeoutSeconds: row?.timeoutSeconds,
    memoryMb: row?.memoryMb,
    cpu: processors(found),
    source: logSource(ref, found),
    costBasis: connection.access.endpoint('run') ? 'on Cloud Run' : undefined,
  };
}

function checkUrl(ref: FunctionRef, row: CloudFunction | undefined): string {
  const url = row?.url ?? '';
  if (url === '') throw refused('conflict', `"${ref.name}" has no address yet${row?.stateReason ? ` (${row.stateReason})` : ''}; wait until it is deployed, or deploy it again.`);
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol) && isSafe(url)) return url;
  throw refused('invalid', `"${ref.name}" says that it is at "${url}", where the call would travel unencrypted; use an https address or one of this machine.`);
}

function refused(kind: ProviderError['kind'], message: string): ProviderError {
  return new ProviderError(kind, message, { untaken: true });
}

/** How many processors an instance has; they are part of the price. */
function processors(found: Found): number | undefined {
  if (found.kind === 'function') return toProcessors(members(found.raw.serviceConfig)['availableCpu']);
  const spec = members(members(members(members(found.raw)['spec'])['template'])['spec']);
  return toProcessors(members(members(members(list(spec['containers'])[0])['resources'])['limits'])['cpu']);
}
