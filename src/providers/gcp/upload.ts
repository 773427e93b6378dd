import type { cloudfunctions_v2 } from 'googleapis/build/src/apis/cloudfunctions/v2';
import { ProviderError } from '../../core/errors';
import type { DeployOptions, FunctionRef } from '../../core/provider';
import { call } from './call';
import type { Connection } from './client';
import { parentName, placeOf } from './names';
import { checkUrl, transfer } from './transfer';

const uploadMs = 900_000;
const answerBytes = 1_000_000;
const action = 'cloudfunctions.functions.sourceCodeSet';

type StorageSource = cloudfunctions_v2.Schema$StorageSource;

/**
 * Puts the package where Google builds it from, and gives that place; the function itself is as before after that.
 * https://cloud.google.com/functions/docs/reference/rest/v2/projects.locations.functions/generateUploadUrl
 */
export async function upload(connection: Connection, ref: FunctionRef, bytes: Uint8Array, kmsKeyName: string | undefined, options: DeployOptions): Promise<StorageSource> {
  const { functions } = connection.functions.projects.locations;
  const request = { parent: parentName(placeOf(ref)), requestBody: { ...(kmsKeyName && { kmsKeyName }) } };
  const place = await call(connection, { action, repeat: true, send: (at) => functions.generateUploadUrl(request, at) }, options);
  const what = `The package of ${ref.name}`;
  const given = { url: checkUrl(place.uploadUrl, what), what, bytes, mostBytes: answerBytes, sent: progress(bytes.length, options) };
  // The same bytes at the same address: a second time does no harm.
  const send = async ({ signal }: { readonly signal: AbortSignal }): Promise<{ data: object }> => ({ data: await transfer(given, signal) });
  await call(connection, { action, deadlineMs: uploadMs, repeat: true, send }, options);
  if (place.storageSource) return place.storageSource;
  throw new ProviderError('network', `Google did not say where the package of ${ref.name} lies; try again.`);
}

function progress(total: number, { report }: DeployOptions): (bytes: number) => void {
  return (bytes) => report(`Uploading the code (${Math.floor((bytes / total) * 100)} %)`, 0.1 + 0.2 * (bytes / total));
}
