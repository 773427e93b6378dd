import { randomBytes, randomUUID } from 'node:crypto';
import type { Json } from './json';
import { emptyPolicy, serviceId, type FakeProject, type Revision, type StoredService, type Template } from './project';
import { etag, stamp } from './world';

export interface RevisionPlan {
  readonly code: Buffer;
  readonly entryPoint: string;
  readonly template: Template;
}

export function newService(project: FakeProject, location: string, id: string, owner?: string): StoredService {
  const service: StoredService = {
    id: serviceId(id),
    location,
    uid: randomUUID(),
    owner,
    createTime: stamp(),
    updateTime: stamp(),
    generation: 0,
    labels: owner ? { 'goog-managed-by': 'cloudfunctions' } : {},
    annotations: owner ? { 'cloudfunctions.googleapis.com/function-id': id } : {},
    template: templateOf(project, {}),
    revisions: [],
    traffic: [{ percent: 100 }],
    policy: emptyPolicy(),
    etag: etag(),
  };
  project.services.set(`${location}/${service.id}`, service);
  return service;
}

export function addRevision(service: StoredService, plan: RevisionPlan): Revision {
  service.generation += 1;
  const name = `${service.id}-${String(service.generation).padStart(5, '0')}-${letters()}`;
  const revision = { name, createTime: stamp(), code: plan.code, entryPoint: plan.entryPoint, env: plan.template.env };
  service.template = plan.template;
  service.revisions.push(revision);
  touch(service);
  return revision;
}

export function touch(service: StoredService): void {
  service.updateTime = stamp();
  service.etag = etag();
}

function letters(): string {
  return [...randomBytes(3)].map((byte) => 'abcdefghijklmnopqrstuvwxyz'[byte % 26]).join('');
}

/** What a function's service settings make of the container. */
export function templateOf(project: FakeProject, config: Json): Template {
  const read = <T>(name: string, fallback: T): T => (config[name] as T | undefined) ?? fallback;
  return {
    memory: read('availableMemory', '256M'),
    cpu: read('availableCpu', '0.1666'),
    timeoutSeconds: read('timeoutSeconds', 60),
    maxInstances: read('maxInstanceCount', 100),
    concurrency: read('maxInstanceRequestConcurrency', 1),
    image: `us-docker.pkg.dev/${project.id}/gcf-artifacts/function`,
    serviceAccount: read('serviceAccountEmail', computeAccount(project)),
    env: read('environmentVariables', {}),
  };
}

export function computeAccount(project: FakeProject): string {
  return `${project.number}-compute@developer.gserviceaccount.com`;
}

export function latest(service: StoredService): Revision {
  const revision = service.revisions.at(-1);
  if (!revision) throw new Error(`The service ${service.id} has no revision.`);
  return revision;
}

/** True when all of the traffic goes to the latest revision, whichever way that was said. */
export function latestServesAll(service: StoredService): boolean {
  const { name } = latest(service);
  return service.traffic.filter((one) => (one.revision ?? name) === name).reduce((sum, one) => sum + one.percent, 0) === 100;
}

export function makePublic(service: StoredService): void {
  service.policy = { version: 1, bindings: [{ role: 'roles/run.invoker', members: ['allUsers'] }], etag: etag() };
}
