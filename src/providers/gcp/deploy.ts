import type { cloudfunctions_v2 } from 'googleapis/build/src/apis/cloudfunctions/v2';
import { explain } from '../../core/change';
import { ProviderError } from '../../core/errors';
import type { CloudFunction, DeployOptions, DeployRequest, FunctionRef, FunctionSettings } from '../../core/provider';
import type { Connection } from './client';
import { hashIn, labelsFor } from './codeLabel';
import { checkNew, create } from './create';
import { remember, servedHash } from './deployedCode';
import { describe } from './describe';
import { checkEntry } from './entryFile';
import { strangeAnswer } from './errors';
import { finish } from './finish';
import { refuseOthers } from './mutable';
import { fullName, serviceName } from './names';
import { writeAccess } from './publicAccess';
import { toFunction } from './row';
import { type Change, difference, merge, turnsTrigger } from './settings';
import { reporter } from './stages';
import { update } from './update';
import { upload } from './upload';
import { record } from './values';

type Raw = cloudfunctions_v2.Schema$Function;

/** Creates or updates, one step after the other; returns when the new code and configuration serve. */
export async function deploy(connection: Connection, request: DeployRequest, options: DeployOptions): Promise<CloudFunction> {
  const { ref, settings } = request;
  options.report('Reading the function as it is', 0.05);
  const found = await describe(connection, ref, options);
  const deployed = found ? await change(connection, request, refuseOthers(found, ref), options) : await make(connection, request, options);
  remember(connection, deployed, request.package.hash);
  const note = await openOrClose(connection, ref, settings, deployed, options);
  options.report(note ? `Deployed; ${note}` : 'Deployed', 1);
  const result = toFunction(connection, deployed);
  if (!result) throw strangeAnswer(connection.access, 'cloudfunctions.functions.get');
  return { ...result, codeHash: request.package.hash };
}

async function make(connection: Connection, request: DeployRequest, options: DeployOptions): Promise<Raw> {
  const { ref, settings, package: zip } = request;
  checkNew(ref, settings);
  const code = await newCode(connection, request, settings, { name: fullName(ref) }, options);
  options.report(`Creating ${ref.name}`, 0.32);
  const operation = await create(connection, ref, merge([difference(settings, { name: fullName(ref) }), code]), zip.hash, options);
  return finish(connection, { ref, isNew: true, operation, isDone: (raw) => isCode(raw, zip.hash) }, options, reporter(options.report));
}

async function change(connection: Connection, request: DeployRequest, current: Raw, options: DeployOptions): Promise<Raw> {
  const { ref, settings, package: zip } = request;
  refuseTurn(ref, settings, current);
  refuseBusy(ref, current);
  const isSame = isCode(current, zip.hash) && (await servedHash(connection, ref, current, options)) === zip.hash;
  const full = { ...settings, runtime: settings.runtime ?? current.buildConfig?.runtime ?? undefined };
  const code = isSame ? undefined : await newCode(connection, request, full, current, options);
  const wanted = merge([difference(settings, current), code]);
  if (wanted.mask.length === 0) return current;
  options.report(`Changing ${ref.name}`, 0.32);
  const operation = await update(connection, ref, wanted, current, options);
  const isDone = (raw: Raw, isOver: boolean): boolean => (isSame || isCode(raw, zip.hash)) && (isOver || difference(settings, raw).mask.length === 0);
  return finish(connection, { ref, isNew: current.state === 'FAILED', operation, isDone }, options, reporter(options.report));
}

/** Changing between HTTP and events would have to delete the function first. */
export function refuseTurn({ name }: FunctionRef, settings: FunctionSettings, current: Raw): void {
  if (!turnsTrigger(settings, current)) return;
  const [now, then] = settings.trigger?.kind === 'http' ? ['events', 'HTTP'] : ['HTTP', 'events'];
  throw new ProviderError('invalid', `${name} is called by ${now}, and Google does not let a function change to ${then}; deploy it under another name, or delete it first.`);
}

/** Google would refuse it too, but only when all is uploaded. */
function refuseBusy({ name }: FunctionRef, { state }: Raw): void {
  if (state !== 'DEPLOYING' && state !== 'DELETING') return;
  throw new ProviderError('conflict', `Nothing of ${name} was changed: "${name}" was changed by somebody else or is still being changed (cloudfunctions.functions.update); refresh and try again.`);
}

/** Uploads the package; gives what tells Google and us of it. The new code gets all calls, even if they are shared out now. */
async function newCode(connection: Connection, { ref, package: zip }: DeployRequest, settings: FunctionSettings, current: Raw, options: DeployOptions): Promise<Change> {
  checkEntry(ref.name, settings, zip);
  options.report('Uploading the code', 0.1);
  const storageSource = await upload(connection, ref, zip.bytes, current.kmsKeyName ?? undefined, options);
  const isShared = current.serviceConfig !== undefined && current.serviceConfig.allTrafficOnLatestRevision !== true;
  const labels = { ...current.labels, ...labelsFor(zip.hash) };
  const body = { labels, buildConfig: { source: { storageSource } }, ...(isShared && { serviceConfig: { allTrafficOnLatestRevision: true } }) };
  return { body, mask: ['build_config.source', 'labels', ...(isShared ? ['service_config.all_traffic_on_latest_revision'] : [])] };
}

function isCode(raw: Raw, hash: string): boolean {
  return hashIn(record(raw.labels)) === hash;
}

async function openOrClose(connection: Connection, ref: FunctionRef, { access }: FunctionSettings, deployed: Raw, options: DeployOptions): Promise<string | undefined> {
  if (!access || deployed.eventTrigger?.eventType) return undefined;
  options.report('Checking who may call it', 0.95);
  const service = { resource: deployed.serviceConfig?.service ?? serviceName(ref), name: ref.name };
  try {
    return await writeAccess(connection, service, access, options, 'fine');
  } catch (error) {
    throw explain(`${ref.name} was deployed`, error);
  }
}
