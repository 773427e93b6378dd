import type { cloudfunctions_v2 } from 'googleapis/build/src/apis/cloudfunctions/v2';
import { handlerModule } from '../../core/handlerModule';
import type { FunctionSettings } from '../../core/provider';
import { isPython, moduleOf, ownVariable, shorten, sourceVariable } from './kept';
import { fromMegabytes, toMegabytes, toProcessors } from './quantities';
import { fromGoogle, toGoogle } from './runtimes';
import { fromSecrets, toSecrets } from './secretNames';
import { fromTrigger, type Home, toTrigger } from './triggers';
import { number, record, text } from './values';

type Raw = cloudfunctions_v2.Schema$Function;

/** What a request makes different: the members of the function, and the paths that tell which of them count. */
export interface Change {
  readonly body: Raw;
  readonly mask: readonly string[];
}

/** Everything that a function tells of its settings. */
export function fromFunction(raw: Raw): FunctionSettings {
  const { eventTrigger } = raw;
  const buildConfig = raw.buildConfig ?? {};
  const serviceConfig = raw.serviceConfig ?? {};
  const home = homeOf(raw);
  const runtime = text(buildConfig.runtime);
  const { [ownVariable]: own, ...variables } = record(serviceConfig.environmentVariables);
  return {
    runtime: runtime && fromGoogle(runtime),
    handler: handlerOf(raw),
    memoryMb: toMegabytes(serviceConfig.availableMemory),
    timeoutSeconds: number(serviceConfig.timeoutSeconds),
    environment: own === undefined || own === 'true' ? variables : { ...variables, [ownVariable]: own },
    description: text(raw.description),
    role: text(serviceConfig.serviceAccountEmail),
    cpu: toProcessors(serviceConfig.availableCpu),
    concurrency: number(serviceConfig.maxInstanceRequestConcurrency),
    // Google leaves out 0.
    minInstances: number(serviceConfig.minInstanceCount) ?? 0,
    maxInstances: number(serviceConfig.maxInstanceCount),
    secrets: fromSecrets(serviceConfig.secretEnvironmentVariables, ownProjects(raw)),
    trigger: fromTrigger(eventTrigger, home),
  };
}

/** With its module where the build is told of one; without it, Google itself decides on the file. */
function handlerOf({ buildConfig }: Raw): string | undefined {
  const member = text(buildConfig?.entryPoint);
  const source = text(record(buildConfig?.environmentVariables)[sourceVariable]);
  const module = source !== undefined && isPython(text(buildConfig?.runtime)) ? moduleOf(source) : 'main';
  return member !== undefined && module !== 'main' ? `${module}.${member}` : member;
}

function homeOf({ name }: Raw): Home {
  const [, project = '', , location = ''] = (name ?? '').split('/');
  return { project, location };
}

/** Google answers with a project's number where its id was written; a build's full name tells that number. */
function ownProjects(raw: Raw): readonly string[] {
  return [homeOf(raw).project, /^projects\/(\d+)\//.exec(text(raw.buildConfig?.build) ?? '')?.[1] ?? ''];
}

interface Field {
  readonly setting: keyof FunctionSettings;
  readonly group?: 'buildConfig' | 'serviceConfig';
  readonly member: string;
  readonly write: (wanted: Required<FunctionSettings>, current: Raw) => unknown;
}

const fields: readonly Field[] = [
  { setting: 'description', member: 'description', write: ({ description }) => description },
  { setting: 'runtime', group: 'buildConfig', member: 'runtime', write: ({ runtime }) => toGoogle(runtime) },
  { setting: 'handler', group: 'buildConfig', member: 'entryPoint', write: ({ handler }) => handlerModule(handler).member },
  { setting: 'memoryMb', group: 'serviceConfig', member: 'availableMemory', write: ({ memoryMb }) => fromMegabytes(memoryMb) },
  { setting: 'cpu', group: 'serviceConfig', member: 'availableCpu', write: ({ cpu }) => String(cpu) },
  { setting: 'timeoutSeconds', group: 'serviceConfig', member: 'timeoutSeconds', write: ({ timeoutSeconds }) => timeoutSeconds },
  { setting: 'concurrency', group: 'serviceConfig', member: 'maxInstanceRequestConcurrency', write: ({ concurrency }) => concurrency },
  { setting: 'minInstances', group: 'serviceConfig', member: 'minInstanceCount', write: ({ minInstances }) => minInstances },
  { setting: 'maxInstances', group: 'serviceConfig', member: 'maxInstanceCount', write: ({ maxInstances }) => maxInstances },
  { setting: 'role', group: 'serviceConfig', member: 'serviceAccountEmail', write: ({ role }) => role },
  { setting: 'secrets', group: 'serviceConfig', member: 'secretEnvironmentVariables', write: ({ secrets }) => toSecrets(secrets) },
  { setting: 'environment', group: 'serviceConfig', member: 'environmentVariables', write: writeEnvironment },
];

/** The wanted variables, and Google's own as Google sets it. */
function writeEnvironment({ environment }: FunctionSettings, { serviceConfig }: Raw): Readonly<Record<string, string>> {
  const own = record(serviceConfig?.environmentVariables)[ownVariable];
  return { ...(own !== undefined && { [ownVariable]: 'true' }), ...environment };
}

/** The part of the wanted settings that is not so yet. For a new function `current` has nothing but its full name. */
export function difference(settings: FunctionSettings, current: Raw): Change {
  const was = fromFunction(current);
  const wanted = shorten(settings, { home: homeOf(current), own: ownProjects(current), was });
  const [before, after] = [withoutModule(was), withoutModule(wanted)];
  const changed = fields.filter(({ setting }) => after[setting] !== undefined && canonical(after[setting]) !== canonical(before[setting]));
  const written = { ...wanted, environment: settings.environment } as Required<FunctionSettings>;
  const parts = changed.map((field) => toChange(field.group, field.member, field.write(written, current)));
  return merge([...parts, buildVariables(settings, current), triggerChange(wanted, was, current)]);
}

/** The file that a handler is in is told apart from the name that is called. */
function withoutModule(settings: FunctionSettings): FunctionSettings {
  return { ...settings, handler: settings.handler && handlerModule(settings.handler).member };
}

/** The same for every way of saying it; what is empty is the same as nothing. */
function canonical(value: unknown): string {
  if (value === undefined || value === '' || value === 0) return '';
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? '' : JSON.stringify(entries);
}

function toChange(group: Field['group'], member: string, value: unknown): Change {
  const body = group ? { [group]: { [member]: value } } : { [member]: value };
  return { body, mask: [[group, member].filter((part) => part !== undefined).map(snake).join('.')] };
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Changes as one. */
export function merge(changes: readonly (Change | undefined)[]): Change {
  const all = changes.filter((change) => change !== undefined);
  const body = all.reduce<Raw>((sum, { body: { buildConfig, serviceConfig, ...rest } }) => {
    const build = buildConfig && { buildConfig: { ...sum.buildConfig, ...buildConfig } };
    const service = serviceConfig && { serviceConfig: { ...sum.serviceConfig, ...serviceConfig } };
    return { ...sum, ...rest, ...build, ...service };
  }, {});
  return { body, mask: all.flatMap(({ mask }) => mask).sort() };
}

/** Tells the build which file a Python handler is in. A handler without a module leaves that as it is. */
function buildVariables({ handler = '', runtime }: FunctionSettings, { buildConfig }: Raw): Change | undefined {
  const { module } = handlerModule(handler);
  if (!isPython(runtime ?? text(buildConfig?.runtime)) || module === '') return undefined;
  const { [sourceVariable]: source = 'main.py', ...others } = record(buildConfig?.environmentVariables);
  if (moduleOf(module) === moduleOf(source)) return undefined;
  const file = `${module.replaceAll('.', '/')}.py`;
  return toChange('buildConfig', 'environmentVariables', file === 'main.py' ? others : { ...others, [sourceVariable]: file });
}

/** An event trigger is written whole, as gcloud does; what it has beside the wanted is kept. */
function triggerChange({ trigger }: FunctionSettings, was: FunctionSettings, current: Raw): Change | undefined {
  if (!trigger || canonical(trigger) === canonical(was.trigger)) return undefined;
  const written = toTrigger(trigger, homeOf(current));
  const { serviceAccountEmail } = current.eventTrigger ?? {};
  return toChange(undefined, 'eventTrigger', written && { ...(serviceAccountEmail && { serviceAccountEmail }), ...written });
}

/** Whether HTTP is to become events or the other way round, which no update can do. */
export function turnsTrigger({ trigger }: FunctionSettings, { eventTrigger }: Raw): boolean {
  return trigger !== undefined && (trigger.kind === 'http') !== (text(eventTrigger?.eventType) === undefined);
}
