import { allowQuery, jsonBody, page, pageSize, type Call, type Parts, type Reply, type Route } from './call';
import { readSchema } from './discovery';
import { ApiError, badRequest, notFound } from './errors';
import { getPolicy, setPolicy, testPermissions } from './iam';
import { compact, type Json } from './json';
import { Operation } from './operations';
import type { FakeProject, StoredService, Traffic } from './project';
import { fullName, revisionV2, serviceV1, serviceV2 } from './runViews';
import { touch } from './service';

const service = 'run.googleapis.com';
const v1 = '/v1/projects/{project}/locations/{location}/services';
const v2 = '/v2/projects/{project}/locations/{location}/services';
const knative = '/apis/serving.knative.dev/v1/namespaces/{project}/services';

function all(call: Call, { project = '', location = '-' }: Parts): [FakeProject, StoredService[]] {
  const owner = call.world.find(project);
  const found = [...owner.services.values()].filter((one) => one.revisions.length > 0 && !owner.unreachable.has(one.location) && (location === '-' || one.location === location));
  return [owner, found.sort((left, right) => (left.id < right.id ? -1 : 1))];
}

function find(call: Call, parts: Parts): [FakeProject, StoredService] {
  const [owner, services] = all(call, parts);
  const found = services.find((one) => one.id === parts.name);
  if (!found) throw notFound(`projects/${owner.id}/locations/${parts.location ?? '-'}/services/${parts.name ?? ''}`);
  return [owner, found];
}

function listV1(call: Call, parts: Parts): Reply {
  allowQuery(call, 'limit', 'continue', 'labelSelector', 'fieldSelector', 'includeUninitialized', 'resourceVersion', 'watch');
  const [owner, found] = all(call, parts);
  const wanted = (call.query.get('labelSelector') ?? '').split(',').filter((one) => one !== '');
  const chosen = found.filter(({ labels }) => wanted.every((one) => labels[one.split('=')[0] ?? ''] === one.split('=')[1]));
  const { items, next } = page(chosen, Number(call.query.get('limit')) || 1000, call.query.get('continue'));
  const unreachable = owner.unreachable.size > 0 && (parts.location ?? '-') === '-' ? [...owner.unreachable] : undefined;
  return { json: compact({ apiVersion: 'serving.knative.dev/v1', kind: 'ServiceList', metadata: compact({ continue: next }), items: items.map((one) => serviceV1(owner, one)), unreachable }) };
}

function listV2(call: Call, parts: Parts): Reply {
  allowQuery(call, 'pageSize', 'pageToken', 'showDeleted');
  if (parts.location === '-') throw badRequest('parent', 'Invalid location: "-". Listing services of all locations is not supported.');
  const [owner, found] = all(call, parts);
  const { items, next } = page(found, pageSize(call, 1000), call.query.get('pageToken'));
  return { json: compact({ services: items.length > 0 ? items.map((one) => serviceV2(owner, one)) : undefined, nextPageToken: next }) };
}

function listRevisions(call: Call, parts: Parts): Reply {
  allowQuery(call, 'pageSize', 'pageToken', 'showDeleted');
  const [owner, found] = find(call, parts);
  const { items, next } = page([...found.revisions].reverse(), pageSize(call, 1000), call.query.get('pageToken'));
  return { json: compact({ revisions: items.map((one) => revisionV2(owner, found, one)), nextPageToken: next }) };
}

/** Only the traffic may be changed here: what else a PATCH can do no client of this fake asks for. */
function patch(call: Call, parts: Parts): Reply {
  allowQuery(call, 'updateMask', 'allowMissing', 'validateOnly', 'forceNewRevision');
  const [owner, found] = find(call, parts);
  const body = readSchema('run/v2', 'GoogleCloudRunV2Service', jsonBody(call));
  if (call.query.get('updateMask') !== 'traffic') throw new ApiError('UNIMPLEMENTED', 'The fake changes nothing but the traffic of a service.');
  if (body.etag !== undefined && body.etag !== `"${found.etag}"`) throw new ApiError('ABORTED', `Conflict for resource '${found.id}': version ${JSON.stringify(body.etag)} was specified but current version is '"${found.etag}"'.`);
  const traffic = readTraffic(found, (body.traffic ?? []) as Json[]);
  const apply = (): Json => {
    found.traffic = traffic;
    touch(found);
    return { '@type': 'type.googleapis.com/google.cloud.run.v2.Service', ...serviceV2(owner, found) };
  };
  return { json: runOperation(owner, found, 'update', apply).toJson(call.intEnums) };
}

function readTraffic(found: StoredService, given: readonly Json[]): Traffic[] {
  const traffic = given.length === 0 ? [{ percent: 100 }] : given.map((one) => toTraffic(found, one));
  const sum = traffic.reduce((total, one) => total + one.percent, 0);
  if (sum !== 100) throw badRequest('service.traffic', `Violation in service.traffic: Traffic percentages must sum to 100, but sum to ${sum}.`);
  return traffic;
}

function toTraffic(found: StoredService, one: Json): Traffic {
  const percent = (one.percent ?? 0) as number;
  const tag = one.tag as string | undefined;
  if (one.type === 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST') return { percent, tag };
  if (one.type !== 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION') throw badRequest('service.traffic.type', 'Violation in service.traffic.type: must be set.');
  const revision = String(one.revision).split('/').at(-1) ?? '';
  if (!found.revisions.some(({ name }) => name === revision)) throw badRequest('service.traffic.revision', `Revision '${revision}' not found in service '${found.id}'.`);
  return { revision, percent, tag };
}

function remove(call: Call, parts: Parts): Reply {
  allowQuery(call, 'validateOnly', 'etag');
  const [owner, found] = find(call, parts);
  const answer = serviceV2(owner, found);
  const apply = (): Json => {
    owner.services.delete(`${found.location}/${found.id}`);
    return { '@type': 'type.googleapis.com/google.cloud.run.v2.Service', ...answer };
  };
  return { json: runOperation(owner, found, 'delete', apply).toJson(call.intEnums) };
}

function runOperation(project: FakeProject, found: StoredService, verb: 'update' | 'delete', apply: () => Json): Operation {
  const metadata = { '@type': 'type.googleapis.com/google.cloud.run.v2.Service', ...serviceV2(project, found) };
  return new Operation({ project, location: found.location, target: fullName(project, found), verb, stages: [{ name: 'SERVICE' }], apply, metadata: () => metadata });
}

function policyRoutes(base: string): Route[] {
  return [
    { method: 'GET', path: `${base}/{name}:getIamPolicy`, service, permission: 'run.services.getIamPolicy', handle: (call, parts) => getPolicy(find(call, parts)[1]) },
    { method: 'POST', path: `${base}/{name}:setIamPolicy`, service, permission: 'run.services.setIamPolicy', handle: (call, parts) => setPolicy(call, find(call, parts)[1]) },
    { method: 'POST', path: `${base}/{name}:testIamPermissions`, service, handle: (call, parts) => testPermissions(call, find(call, parts)[0].denied) },
  ];
}

function getV1(call: Call, parts: Parts): Reply {
  return { json: serviceV1(...find(call, parts)) };
}

export const runRoutes: readonly Route[] = [
  ...policyRoutes(v1),
  ...policyRoutes(v2),
  { method: 'GET', path: v1, service, permission: 'run.services.list', handle: listV1 },
  { method: 'GET', path: knative, service, permission: 'run.services.list', handle: listV1 },
  { method: 'GET', path: v2, service, permission: 'run.services.list', handle: listV2 },
  { method: 'GET', path: `${v1}/{name}`, service, permission: 'run.services.get', handle: getV1 },
  { method: 'GET', path: `${knative}/{name}`, service, permission: 'run.services.get', handle: getV1 },
  { method: 'GET', path: `${v2}/{name}`, service, permission: 'run.services.get', handle: (call, parts) => ({ json: serviceV2(...find(call, parts)) }) },
  { method: 'PATCH', path: `${v2}/{name}`, service, permission: 'run.services.update', handle: patch },
  { method: 'DELETE', path: `${v2}/{name}`, service, permission: 'run.services.delete', handle: remove },
  { method: 'GET', path: `${v2}/{name}/revisions`, service, permission: 'run.revisions.list', handle: listRevisions },
];
