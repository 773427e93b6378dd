import { writeSchema } from './discovery';
import { compact, type Json } from './json';
import type { FakeProject, Revision, StoredService, Traffic } from './project';
import { latest } from './service';

export function fullName(project: FakeProject, service: StoredService): string {
  return `projects/${project.id}/locations/${service.location}/services/${service.id}`;
}

export function serviceV1(project: FakeProject, service: StoredService): Json {
  const { template } = service;
  const url = project.urlOf(service);
  const { name } = latest(service);
  const when = service.updateTime;
  return writeSchema('run/v1', 'Service', {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: {
      name: service.id,
      namespace: project.number,
      selfLink: `/apis/serving.knative.dev/v1/namespaces/${project.number}/services/${service.id}`,
      uid: service.uid,
      resourceVersion: service.etag,
      generation: service.generation,
      creationTimestamp: service.createTime,
      labels: { 'cloud.googleapis.com/location': service.location, ...service.labels },
      annotations: { 'serving.knative.dev/creator': 'dev@example.com', 'serving.knative.dev/lastModifier': 'dev@example.com', 'run.googleapis.com/ingress': 'all', ...service.annotations },
    },
    spec: {
      template: {
        metadata: { name, annotations: { 'autoscaling.knative.dev/maxScale': String(template.maxInstances) } },
        spec: {
          containerConcurrency: template.concurrency,
          timeoutSeconds: template.timeoutSeconds,
          serviceAccountName: template.serviceAccount,
          containers: [{ image: template.image, env: environment(template.env), resources: { limits: { cpu: template.cpu, memory: template.memory } } }],
        },
      },
      traffic: service.traffic.map(targetV1),
    },
    status: {
      observedGeneration: service.generation,
      conditions: ['Ready', 'ConfigurationsReady', 'RoutesReady'].map((type) => ({ type, status: 'True', lastTransitionTime: when })),
      latestReadyRevisionName: name,
      latestCreatedRevisionName: name,
      traffic: service.traffic.map((one) => ({ ...targetV1(one), revisionName: one.revision ?? name })),
      url,
      address: { url },
    },
  });
}

function targetV1({ revision, percent, tag }: Traffic): Json {
  return compact({ revisionName: revision, latestRevision: revision === undefined ? true : undefined, percent, tag });
}

function environment(env: Readonly<Record<string, string>>): Json[] {
  return Object.entries(env).map(([name, value]) => ({ name, value }));
}

function templateV2({ template }: StoredService): Json {
  return {
    timeout: `${template.timeoutSeconds}s`,
    serviceAccount: template.serviceAccount,
    maxInstanceRequestConcurrency: template.concurrency,
    scaling: { maxInstanceCount: template.maxInstances },
    containers: [{ image: template.image, env: environment(template.env), resources: { limits: { cpu: template.cpu, memory: template.memory } } }],
  };
}

export function serviceV2(project: FakeProject, service: StoredService): Json {
  const name = fullName(project, service);
  const uri = project.urlOf(service);
  const revision = `${name}/revisions/${latest(service).name}`;
  const ready = { type: 'Ready', state: 'CONDITION_SUCCEEDED', lastTransitionTime: service.updateTime };
  const answer = {
    name,
    uid: service.uid,
    generation: String(service.generation),
    labels: service.labels,
    annotations: Object.fromEntries(Object.entries(service.annotations).filter(([key]) => !key.startsWith('run.googleapis.com/'))),
    createTime: service.createTime,
    updateTime: service.updateTime,
    creator: 'dev@example.com',
    lastModifier: 'dev@example.com',
    ingress: 'INGRESS_TRAFFIC_ALL',
    launchStage: 'GA',
    template: templateV2(service),
    traffic: service.traffic.map(targetV2),
    trafficStatuses: service.traffic.map(targetV2),
    observedGeneration: String(service.generation),
    terminalCondition: ready,
    conditions: [ready],
    latestReadyRevision: revision,
    latestCreatedRevision: revision,
    uri,
    urls: [uri],
    buildConfig: service.buildConfig,
    etag: `"${service.etag}"`,
  };
  return writeSchema('run/v2', 'GoogleCloudRunV2Service', compact(answer));
}

function targetV2({ revision, percent, tag }: Traffic): Json {
  return compact({ type: revision === undefined ? 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST' : 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION', revision, percent: percent || undefined, tag });
}

export function revisionV2(project: FakeProject, service: StoredService, revision: Revision): Json {
  const { timeout, serviceAccount, maxInstanceRequestConcurrency, scaling, containers } = templateV2(service);
  return writeSchema('run/v2', 'GoogleCloudRunV2Revision', {
    name: `${fullName(project, service)}/revisions/${revision.name}`,
    uid: `${service.uid}-${revision.name}`,
    createTime: revision.createTime,
    updateTime: revision.createTime,
    service: service.id,
    timeout,
    serviceAccount,
    maxInstanceRequestConcurrency,
    scaling,
    containers,
    conditions: [{ type: 'Ready', state: 'CONDITION_SUCCEEDED', lastTransitionTime: revision.createTime }],
    etag: `"${revision.name}"`,
  });
}
