import type { cloudfunctions_v2 } from 'googleapis/build/src/apis/cloudfunctions/v2';
import { oneLine } from '../../core/link';
import type { Capability, CloudFunction, FunctionConfig } from '../../core/provider';
import type { Connection } from './client';
import { hashIn } from './codeLabel';
import { remembered } from './deployedCode';
import { consoleUrl } from './console';
import { generation } from './describe';
import { parseName } from './names';
import { toMegabytes } from './quantities';
import { fromGoogle } from './runtimes';
import { fromFunction } from './settings';
import { calledBy } from './triggerName';
import { date, list, members } from './raw';
import { number, text } from './values';

type Raw = cloudfunctions_v2.Schema$Function;

/** What a first-generation function can do here: its log alone. */
const oldCannot: readonly Capability[] = ['deploy', 'invoke', 'remove', 'config', 'versions', 'code'];

/** A function as the Functions API described it; `undefined` without a name. Members of a wrong type are left out, not passed on. */
export function toFunction(connection: Connection, raw: Raw): CloudFunction | undefined {
  const name = text(members(raw)['name']);
  const place = name === undefined ? undefined : parseName(name);
  if (!place) return undefined;
  const build = members(raw.buildConfig);
  const service = members(raw.serviceConfig);
  const runtime = text(build['runtime']);
  return {
    ref: { provider: 'gcp', scope: `${connection.project}/${place.location}`, name: place.name },
    runtime: runtime && fromGoogle(runtime),
    handler: text(build['entryPoint']),
    memoryMb: toMegabytes(service['availableMemory']),
    timeoutSeconds: number(service['timeoutSeconds']),
    updatedAt: date(raw.updateTime),
    codeHash: codeHash(connection, raw),
    place: place.location,
    calledBy: calledBy(raw.eventTrigger, connection.project),
    takes: text(members(raw.eventTrigger)['eventType']) ? 'cloudevent' : 'http',
    url: text(service['uri']) ?? text(raw.url),
    ...state(raw),
    ...limits(raw, place),
    resourceName: name,
    consoleUrl: connection.access.endpoint('cloudfunctions') ? undefined : consoleUrl({ ...place, project: connection.project }, place.name, 'function'),
  };
}

/** The same with the settings that its description tells, and what tells one state of it from the next. */
export function toConfig(connection: Connection, raw: Raw): FunctionConfig | undefined {
  const row = toFunction(connection, raw);
  return row && { ...row, ...fromFunction(raw), revision: text(raw.updateTime) };
}

/** The package that serves, as far as that is certain: while calls are shared out, another one may answer. */
function codeHash(connection: Connection, raw: Raw): string | undefined {
  // Google leaves out what is false.
  if (members(raw.serviceConfig)['allTrafficOnLatestRevision'] !== true) return undefined;
  const hash = hashIn(members(raw.labels));
  return hash !== undefined && remembered(connection, raw) === hash ? hash : undefined;
}

const states: Readonly<Record<string, CloudFunction['state']>> = {
  ACTIVE: 'active',
  DEPLOYING: 'pending',
  DELETING: 'pending',
  FAILED: 'failed',
  UNKNOWN: 'inactive',
};

function state(raw: Raw): Pick<CloudFunction, 'state' | 'stateReason'> {
  const told = text(raw.state) ?? '';
  const found = Object.hasOwn(states, told) ? states[told] : undefined;
  const messages = list(raw.stateMessages).map((one) => text(members(one)['message'])).filter((one) => one !== undefined);
  if (found === 'active' && messages.length === 0) return { state: found };
  return { state: found, stateReason: oneLine([told, ...messages].filter((part) => part !== '').join(': ')) || undefined };
}

function limits(raw: Raw, { name, location }: { readonly name: string; readonly location: string }): Pick<CloudFunction, 'cannot' | 'hint'> {
  if (generation(raw) === 2) return {};
  const hint = `This is a first-generation function; upgrade it on its page in the console, or with "gcloud alpha functions upgrade ${name} --region=${location} --setup-config", to change it here.`;
  return { cannot: oldCannot, hint };
}
