import { setTimeout as sleep } from 'node:timers/promises';
import type { run_v2 } from 'googleapis/build/src/apis/run/v2';
import { explain, isLost, makeChange } from '../../core/change';
import { isAbort, ProviderError } from '../../core/errors';
import { oneLine } from '../../core/link';
import type { CallOptions, FunctionRef, FunctionVersion, VersionsFacet } from '../../core/provider';
import { call } from './call';
import type { Connect, Connection } from './client';
import { describe } from './describe';
import { requireFunction } from './mutable';
import { serviceName } from './names';
import { followService, type Operation } from './operations';
import { lastPart, latestType, newestOf, readService, revisionType, type Service, sharesOf, type Target } from './traffic';
import { acceptMs } from './update';
import { text } from './values';

type Revision = run_v2.Schema$GoogleCloudRunV2Revision;

const pageSize = 100;
const settleMs = 60_000;
const cure = 'refresh to see how the calls are shared out';

/** The revisions of the service behind a function: every deploy makes one, and calls can be shared out among them. */
export function versions(connect: Connect): VersionsFacet {
  return {
    list: async function* (ref, options): AsyncGenerator<readonly FunctionVersion[]> {
      yield* list(await connect(ref.scope, options), ref, options);
    },
    route: async (ref, shares, options) => route(await connect(ref.scope, options), ref, shares, options),
  };
}

async function* list(connection: Connection, ref: FunctionRef, options: CallOptions): AsyncGenerator<readonly FunctionVersion[]> {
  const { revisions } = connection.run2.projects.locations.services;
  const shares = sharesOf(await readService(connection, ref, options));
  const seen = new Set<string>();
  for (let pageToken: string | undefined; ; ) {
    const request = { parent: serviceName(ref), pageSize, ...(pageToken && { pageToken }) };
    const page = await call(connection, { action: 'run.revisions.list', subject: ref.name, repeat: true, send: (at) => revisions.list(request, at) }, options);
    const rows = Array.isArray(page.revisions) ? page.revisions : [];
    yield rows.filter(({ name }) => text(name)).map((row) => toVersion(row, shares)).sort(newestFirst);
    pageToken = text(page.nextPageToken);
    if (pageToken === undefined) return;
    if (seen.has(pageToken)) throw new ProviderError('network', `Cloud Run gave the same page of versions of ${ref.name} twice; try again.`);
    seen.add(pageToken);
  }
}

function toVersion(row: Revision, shares: Readonly<Record<string, number>>): FunctionVersion {
  const version = lastPart(row.name);
  const at = new Date(text(row.createTime) ?? NaN);
  return { version, at: Number.isNaN(at.getTime()) ? undefined : at, share: shares[version] ?? 0, ...state(row) };
}

const states: Readonly<Record<string, FunctionVersion['state']>> = { CONDITION_SUCCEEDED: 'active', CONDITION_FAILED: 'failed', CONDITION_PENDING: 'pending', CONDITION_RECONCILING: 'pending' };

function state({ conditions }: Revision): Pick<FunctionVersion, 'state' | 'stateReason'> {
  const ready = Array.isArray(conditions) ? conditions.find((one) => one?.type === 'Ready') : undefined;
  const message = text(ready?.message);
  return { state: states[ready?.state ?? ''], stateReason: ready?.state === 'CONDITION_SUCCEEDED' ? undefined : message && oneLine(message) };
}

function newestFirst(a: FunctionVersion, b: FunctionVersion): number {
  return (b.at?.getTime() ?? 0) - (a.at?.getTime() ?? 0);
}

/** Shares the calls out among revisions; returns when that is in force. */
async function route(connection: Connection, ref: FunctionRef, shares: Readonly<Record<string, number>>, options: CallOptions): Promise<void> {
  const wanted = Object.entries(shares).filter(([, percent]) => percent !== 0);
  const isWhole = wanted.every(([, percent]) => Number.isInteger(percent) && percent > 0) && wanted.reduce((sum, [, percent]) => sum + percent, 0) === 100;
  if (!isWhole) throw new ProviderError('invalid', `The shares of the versions of ${ref.name} must be whole numbers that add up to 100; correct them and try again.`);
  requireFunction(await describe(connection, ref, options), ref);
  const service = await readService(connection, ref, options);
  if (isInForce(service, wanted)) return;
  const operation = await send(connection, ref, service, wanted, options);
  await over(connection, ref, operation, wanted, options);
}

type Shares = readonly (readonly [string, number])[];

/** Whether the calls are shared out so, and are meant to be: the statuses follow what was asked for a while later. */
function isInForce(service: Service, wanted: Shares): boolean {
  return isRouted(service, wanted) && isAskedFor(service, wanted);
}

function isAskedFor(service: Service, wanted: Shares): boolean {
  return isRouted({ ...service, trafficStatuses: undefined }, wanted);
}

function isRouted(service: Service, wanted: Shares): boolean {
  const now = Object.entries(sharesOf(service)).filter(([, percent]) => percent !== 0);
  const [first] = wanted;
  // Only when nothing is pinned by name do later deploys get all calls.
  if (wanted.length === 1 && first?.[0] === newestOf(service) && (service.traffic ?? []).some(({ type, percent }) => type === revisionType && percent)) return false;
  return now.length === wanted.length && wanted.every(([name, percent]) => now.some(([other, share]) => other === name && share === percent));
}

/** All calls to the newest means that later deploys get them too. Addresses of their own that revisions have (tags) stay. */
function toTraffic(service: Service, wanted: Shares): Target[] {
  const targets = wanted.map(([revision, percent]) => (percent === 100 && revision === newestOf(service) ? { type: latestType, percent } : { type: revisionType, revision, percent }));
  const tagged = (service.traffic ?? []).filter(({ tag }) => text(tag)).map((target) => ({ ...target, percent: 0 }));
  return [...targets, ...tagged];
}

async function send(connection: Connection, ref: FunctionRef, service: Service, wanted: Shares, options: CallOptions): Promise<Operation> {
  const { services } = connection.run2.projects.locations;
  const requestBody = { traffic: toTraffic(service, wanted), ...(service.etag && { etag: service.etag }) };
  const request = { name: serviceName(ref), updateMask: 'traffic', requestBody };
  return makeChange<Operation>(
    {
      send: (at) => call(connection, { action: 'run.services.update', subject: ref.name, deadlineMs: acceptMs, send: (sentAt) => services.patch(request, sentAt) }, at),
      landed: async (at) => (isAskedFor(await readService(connection, ref, at), wanted) ? {} : undefined),
      undone: `The shares of ${ref.name} were not changed`,
      done: `The shares of ${ref.name} were changed`,
      unsure: `The shares of ${ref.name} may or may not have been changed`,
      cure,
    },
    options,
  );
}

/** Returns when it is in force; of a change whose answer was lost there is no operation to follow. */
async function over(connection: Connection, ref: FunctionRef, operation: Operation, wanted: Shares, options: CallOptions): Promise<void> {
  const { name } = ref;
  try {
    if (!operation.name && !operation.done) return await untilInForce(connection, ref, wanted, options);
    const { error } = await followService(connection, operation, options);
    if (error) throw new ProviderError('invalid', `The shares of ${name} were not changed (${oneLine(error.message ?? 'no reason was given')}); choose others and try again.`);
  } catch (error) {
    throw isAbort(error) || isLost(error) ? explain(`The change of the shares of ${name} goes on at Google`, error, error, cure) : error;
  }
}

async function untilInForce(connection: Connection, ref: FunctionRef, wanted: Shares, options: CallOptions): Promise<void> {
  const end = Date.now() + settleMs;
  while (!isInForce(await readService(connection, ref, options), wanted)) {
    if (Date.now() > end) throw new ProviderError('unknown', `The shares of ${ref.name} were changed, and are not in force yet; refresh in a minute.`);
    await sleep(1_000, undefined, options);
  }
}
