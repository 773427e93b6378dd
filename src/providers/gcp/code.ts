import type { CallOptions, FunctionRef } from '../../core/provider';
import { call } from './call';
import type { Connection } from './client';
import { describe } from './describe';
import { requireFunction } from './mutable';
import { fullName } from './names';
import { checkUrl, transfer } from './transfer';

/** How much is fetched at most, and for how long. */
export interface Limits {
  readonly mostBytes: number;
  readonly deadlineMs: number;
}

/** Google's own limit for sources. https://cloud.google.com/functions/quotas */
const largest = { mostBytes: 500_000_000, deadlineMs: 900_000 };
const action = 'cloudfunctions.functions.sourceCodeGet';

/** The deployed package, as it was uploaded. */
export async function download(connection: Connection, ref: FunctionRef, options: CallOptions): Promise<Uint8Array> {
  requireFunction(await describe(connection, ref, options), ref);
  return fetchPackage(connection, ref, largest, options);
}

/** The same without a look at the function, within limits. */
export async function fetchPackage(connection: Connection, ref: FunctionRef, { mostBytes, deadlineMs }: Limits, options: CallOptions): Promise<Uint8Array> {
  const { functions } = connection.functions.projects.locations;
  const request = { name: fullName(ref), requestBody: {} };
  const { downloadUrl } = await call(connection, { action, subject: ref.name, repeat: true, send: (at) => functions.generateDownloadUrl(request, at) }, options);
  const what = `The package of ${ref.name}`;
  const given = { url: checkUrl(downloadUrl, what), what, mostBytes };
  return call(connection, { action, deadlineMs, repeat: true, send: async ({ signal }) => ({ data: await transfer(given, signal) }) }, options);
}
