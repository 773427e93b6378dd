import type { cloudfunctions_v2 } from 'googleapis/build/src/apis/cloudfunctions/v2';
import { explain } from '../../core/change';
import { ProviderError } from '../../core/errors';
import type { CallOptions, ConfigFacet, FunctionConfig, FunctionRef, FunctionSettings, ReadOptions } from '../../core/provider';
import type { Connect, Connection } from './client';
import { servedHash } from './deployedCode';
import { describe } from './describe';
import { refuseTurn } from './deploy';
import { strangeAnswer } from './errors';
import { finish } from './finish';
import { requireFunction } from './mutable';
import { placeOf, serviceName } from './names';
import { readAccess, type Service, writeAccess } from './publicAccess';
import { toConfig } from './row';
import { toRunFunction } from './runRow';
import { type Change, difference } from './settings';
import { servesNewest } from './traffic';
import { update } from './update';

type Raw = cloudfunctions_v2.Schema$Function;

/** Settings as deployed: read, and changed without changing the code. */
export function config(connect: Connect): ConfigFacet {
  return {
    read: async (ref, options) => readConfig(await connect(ref.scope, options), ref, options),
    write: async (ref, change, revision, options) => writeConfig(await connect(ref.scope, options), ref, change, revision, options),
  };
}

async function readConfig(connection: Connection, ref: FunctionRef, options: ReadOptions): Promise<FunctionConfig | undefined> {
  const found = await describe(connection, ref, options);
  if (!found) return undefined;
  return found.kind === 'service' ? toRunFunction(connection, found.raw, placeOf(ref).location) : complete(connection, ref, found.raw, options);
}

/** With what the function itself does not tell: who may call it and, if that is asked for, which package serves. */
async function complete(connection: Connection, ref: FunctionRef, raw: Raw, options: ReadOptions): Promise<FunctionConfig> {
  const told = toConfig(connection, raw);
  if (!told) throw strangeAnswer(connection.access, 'cloudfunctions.functions.get');
  if (raw.environment === 'GEN_1' || raw.state === 'FAILED') return { ...told, codeHash: undefined };
  const isHttp = !raw.eventTrigger?.eventType;
  const [access, codeHash] = await Promise.all([isHttp ? readAccess(connection, toService(ref, raw), options) : undefined, options.forCode ? servedHash(connection, ref, raw, options) : told.codeHash]);
  return { ...told, codeHash, access };
}

function toService(ref: FunctionRef, { serviceConfig }: Raw): Service {
  return { resource: serviceConfig?.service ?? serviceName(ref), name: ref.name };
}

async function writeConfig(connection: Connection, ref: FunctionRef, wanted: FunctionSettings, revision: string | undefined, options: CallOptions): Promise<FunctionConfig> {
  const current = requireFunction(await describe(connection, ref, options), ref);
  if (revision !== undefined && current.updateTime !== revision) {
    throw new ProviderError('conflict', `${ref.name} was changed by somebody else since you opened it; refresh and make your change again.`);
  }
  refuseTurn(ref, wanted, current);
  const change = difference(wanted, current);
  if (change.mask.length > 0) await refuseUnseen(connection, ref, change, current, options);
  const written = change.mask.length > 0 ? await send(connection, ref, wanted, change, current, options) : current;
  await openOrClose(connection, ref, wanted, written, options);
  return complete(connection, ref, written, options);
}

/** A change makes a new revision: it would not be in force while all calls go to older ones. */
async function refuseUnseen(connection: Connection, ref: FunctionRef, { body }: Change, current: Raw, options: CallOptions): Promise<void> {
  if (!body.buildConfig && !body.serviceConfig) return;
  if (await servesNewest(connection, ref, current, options)) return;
  throw new ProviderError('invalid', `Calls of ${ref.name} go to older versions, which a change of settings does not reach; give all calls to the newest version first.`);
}

async function send(connection: Connection, ref: FunctionRef, wanted: FunctionSettings, change: Change, current: Raw, options: CallOptions): Promise<Raw> {
  const operation = await update(connection, ref, change, current, options);
  const isDone = (raw: Raw, isOver: boolean): boolean => isOver || difference(wanted, raw).mask.length === 0;
  return finish(connection, { ref, isNew: false, operation, isDone }, options);
}

async function openOrClose(connection: Connection, ref: FunctionRef, { access }: FunctionSettings, raw: Raw, options: CallOptions): Promise<void> {
  if (!access || raw.eventTrigger?.eventType) return;
  try {
    await writeAccess(connection, toService(ref, raw), access, options);
  } catch (error) {
    throw explain(`The other settings of ${ref.name} are as wanted`, error);
  }
}
