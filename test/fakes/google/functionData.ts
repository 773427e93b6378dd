import { randomInt } from 'node:crypto';
import { badRequest } from './errors';
import { compact, isObject, toCamel, toSnake, type Json } from './json';
import { functionName, serviceId, type FakeProject, type StoredFunction } from './project';
import { type } from './protos';
import { messageShape } from './protos';
import type { Shape } from './shape';
import { computeAccount, latest, latestServesAll } from './service';

const outputOnly = new Set(['state', 'updateTime', 'createTime', 'stateMessages', 'url', 'satisfiesPzs', 'environment', 'name']);

/** A function's data with what the service fills in. */
export function defaults(project: FakeProject, location: string, id: string, given: Json): Json {
  const { buildConfig, serviceConfig, eventTrigger } = given as Readonly<Record<string, Json | undefined>>;
  return compact({
    ...given,
    name: functionName(project.id, location, id),
    environment: 'GEN_2',
    buildConfig: {
      automaticUpdatePolicy: {},
      dockerRegistry: 'ARTIFACT_REGISTRY',
      dockerRepository: `projects/${project.id}/locations/${location}/repositories/gcf-artifacts`,
      serviceAccount: `projects/${project.id}/serviceAccounts/${computeAccount(project)}`,
      ...buildConfig,
    },
    serviceConfig: {
      timeoutSeconds: 60,
      availableMemory: '256M',
      availableCpu: '0.1666',
      maxInstanceCount: 100,
      maxInstanceRequestConcurrency: 1,
      ingressSettings: 'ALLOW_ALL',
      serviceAccountEmail: computeAccount(project),
      ...serviceConfig,
    },
    eventTrigger: eventTrigger && trigger(project, location, id, eventTrigger),
  });
}

function trigger(project: FakeProject, location: string, id: string, given: Json): Json {
  const name = `projects/${project.id}/locations/${location}/triggers/${serviceId(id)}-${randomInt(100_000, 999_999)}`;
  return { trigger: name, triggerRegion: location, retryPolicy: 'RETRY_POLICY_DO_NOT_RETRY', serviceAccountEmail: computeAccount(project), ...given };
}

/** What a GET answers: the data, and what follows from the service at this moment. */
export function view(project: FakeProject, stored: StoredFunction): Json {
  const service = project.service(stored.location, serviceId(stored.id));
  if (!service || service.revisions.length === 0) return stored.data;
  const facts = {
    service: `projects/${project.id}/locations/${stored.location}/services/${service.id}`,
    uri: project.urlOf(service),
    // False is left out, as the service leaves out whatever is its type's zero.
    allTrafficOnLatestRevision: latestServesAll(service) || undefined,
    revision: latest(service).name,
  };
  return { ...stored.data, serviceConfig: compact({ ...(stored.data.serviceConfig as Json), ...facts }), url: `${project.world.origin}/cloudfunctions/${stored.location}-${project.id}/${stored.id}` };
}

export type Mask = readonly (readonly string[])[];

/** The paths of an update mask, in camel case; one that the schema does not have is refused. */
export function readMask(text: string): Mask {
  return text.split(',').map((one) => {
    const path = one.trim().split('.').map(toCamel);
    let shape: Shape | undefined = messageShape(type('Function'));
    for (const part of path) shape = shape?.is === 'message' ? shape.member(part) : undefined;
    if (!shape) throw badRequest('update_mask', `Invalid update_mask: field '${path.map(toSnake).join('.')}' is not supported.`);
    return path;
  });
}

/** The old data with only the masked members taken from the new: what is masked and absent is cleared. Without a mask everything is replaced. */
export function merge(old: Json, update: Json, mask: Mask | undefined): Json {
  const paths = mask ?? [...new Set([...Object.keys(old), ...Object.keys(update)])].map((name) => [name]);
  return paths.filter(([first = '']) => !outputOnly.has(first)).reduce((data, path) => put(data, path, update), old);
}

function put(old: Json, [first = '', ...rest]: readonly string[], update: unknown): Json {
  const from = isObject(update) ? update[first] : undefined;
  if (rest.length === 0) return compact({ ...old, [first]: from });
  return { ...old, [first]: put(isObject(old[first]) ? old[first] : {}, rest, from) };
}
