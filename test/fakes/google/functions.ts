import { allowQuery, jsonBody, page, pageSize, type Call, type Parts, type Reply, type Route } from './call';
import { readMessage, writeMessage } from './protos';
import { ApiError, badRequest, notFound } from './errors';
import { parseFilter } from './filter';
import { readMask, view } from './functionData';
import { gen1AsV2, gen1Routes } from './gen1';
import { getPolicy, setPolicy, testPermissions } from './iam';
import { compact, type Json } from './json';
import { create, remove, update } from './change';
import { functionName, type FakeProject, type StoredFunction } from './project';
import { runtimes } from './runtimes';
import { signed, uploadPlace, type StorageSource } from './upload';

const service = 'cloudfunctions.googleapis.com';
const place = '/v2/projects/{project}/locations/{location}';

function list(call: Call, { project = '', location = '' }: Parts): Reply {
  allowQuery(call, 'pageSize', 'pageToken', 'filter', 'orderBy');
  const owner = call.world.find(project);
  if (location !== '-') knownLocation(call, owner, location);
  const unreachable = [...owner.unreachable].filter((one) => location === '-' || one === location);
  const matches = parseFilter(call.query.get('filter') ?? '');
  const all = rows(owner).filter(({ data }) => {
    const at = String(data.name).split('/')[3] ?? '';
    return (location === '-' || at === location) && !owner.unreachable.has(at) && matches(data);
  });
  const { items: found, next } = page(sort(all, call.query.get('orderBy')), pageSize(call, 1000), call.query.get('pageToken'));
  const items = found.map(({ whole }) => whole());
  const answer = compact({ functions: items.length > 0 ? items : undefined, nextPageToken: next, unreachable: unreachable.length > 0 ? unreachable.map((one) => `projects/${owner.id}/locations/${one}`) : undefined });
  return { json: writeMessage('ListFunctionsResponse', answer, call.intEnums) };
}

interface Row {
  /** What may be filtered and sorted by. */
  readonly data: Json;
  readonly whole: () => Json;
}

function rows(project: FakeProject): Row[] {
  const present = [...project.functions.values()].filter(({ visibleAt }) => visibleAt <= Date.now());
  const old = [...project.gen1.values()].map(gen1AsV2);
  return [...present.map((one) => ({ data: one.data, whole: () => view(project, one) })), ...old.map((data) => ({ data, whole: () => data }))];
}

function sort(all: readonly Row[], order: string | null): Row[] {
  const [field = 'name', direction = 'asc'] = (order ?? '').split(' ').filter((one) => one !== '');
  const name = { name: 'name', update_time: 'updateTime', updateTime: 'updateTime' }[field];
  if (!name || !['asc', 'desc'].includes(direction)) throw badRequest('order_by', `Invalid order_by: ${order ?? ''}`);
  const sign = direction === 'asc' ? 1 : -1;
  return [...all].sort((left, right) => sign * (String(left.data[name]) < String(right.data[name]) ? -1 : 1));
}

function knownLocation(call: Call, project: FakeProject, location: string): void {
  if (call.world.locations.includes(location)) return;
  throw new ApiError('PERMISSION_DENIED', `Location ${location} is not found or access is unauthorized.`, [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'LOCATION_ACCESS_DENIED', domain: 'googleapis.com', metadata: { project: project.id, location } }]);
}

/** The project and the function a path names; a region that cannot be reached answers 503. */
function find(call: Call, { project = '', location = '', name = '' }: Parts): [FakeProject, StoredFunction] {
  const owner = call.world.find(project);
  if (owner.unreachable.has(location)) throw new ApiError('UNAVAILABLE', 'The service is currently unavailable.');
  const found = owner.function(location, name);
  if (!found) throw notFound(functionName(owner.id, location, name));
  return [owner, found];
}

function get(call: Call, parts: Parts): Reply {
  allowQuery(call, 'revision');
  const { project = '', location = '', name = '' } = parts;
  const old = call.world.find(project).gen1.get(functionName(project, location, name));
  if (old) return { json: writeMessage('Function', gen1AsV2(old), call.intEnums) };
  const [owner, found] = find(call, parts);
  return { json: writeMessage('Function', view(owner, found), call.intEnums) };
}

function post(call: Call, { project = '', location = '' }: Parts): Reply {
  allowQuery(call, 'functionId');
  const owner = call.world.find(project);
  knownLocation(call, owner, location);
  const body = readMessage('Function', jsonBody(call), 'function');
  return { json: create(owner, location, call.query.get('functionId') ?? '', body).toJson(call.intEnums) };
}

function patch(call: Call, parts: Parts): Reply {
  allowQuery(call, 'updateMask');
  const [owner, found] = find(call, parts);
  const mask = call.query.get('updateMask');
  const body = readMessage('Function', jsonBody(call), 'function');
  return { json: update(owner, found, body, mask ? readMask(mask) : undefined).toJson(call.intEnums) };
}

function generateUploadUrl(call: Call, { project = '', location = '' }: Parts): Reply {
  readMessage('GenerateUploadUrlRequest', jsonBody(call));
  const owner = call.world.find(project);
  knownLocation(call, owner, location);
  return { json: writeMessage('GenerateUploadUrlResponse', { ...uploadPlace(owner, location) }) };
}

function generateDownloadUrl(call: Call, parts: Parts): Reply {
  readMessage('GenerateDownloadUrlRequest', jsonBody(call));
  const [, found] = find(call, parts);
  const source = (found.data.buildConfig as { source: { storageSource: StorageSource } }).source.storageSource;
  return { json: writeMessage('GenerateDownloadUrlResponse', { downloadUrl: signed(call.world, source) }) };
}

function locations(call: Call, { project = '' }: Parts): Reply {
  allowQuery(call, 'pageSize', 'pageToken', 'filter', 'extraLocationTypes');
  const owner = call.world.find(project);
  const { items, next } = page(call.world.locations, pageSize(call, 1000), call.query.get('pageToken'));
  const rows = items.map((id) => ({ name: `projects/${owner.id}/locations/${id}`, locationId: id, labels: { 'cloud.googleapis.com/region': id } }));
  return { json: compact({ locations: rows, nextPageToken: next }) };
}

function listRuntimes(call: Call, { project = '' }: Parts): Reply {
  allowQuery(call, 'filter');
  call.world.find(project);
  return { json: writeMessage('ListRuntimesResponse', { runtimes }, call.intEnums) };
}

export const functionRoutes: readonly Route[] = [
  ...gen1Routes,
  { method: 'GET', path: '/v1/projects/{project}/locations', service, permission: 'cloudfunctions.locations.list', handle: locations },
  { method: 'GET', path: '/v2/projects/{project}/locations', service, permission: 'cloudfunctions.locations.list', handle: locations },
  { method: 'GET', path: `${place}/runtimes`, service, permission: 'cloudfunctions.runtimes.list', handle: listRuntimes },
  { method: 'GET', path: `${place}/functions`, service, permission: 'cloudfunctions.functions.list', handle: list },
  { method: 'POST', path: `${place}/functions`, service, permission: 'cloudfunctions.functions.create', handle: post },
  { method: 'POST', path: `${place}/functions:generateUploadUrl`, service, permission: 'cloudfunctions.functions.sourceCodeSet', handle: generateUploadUrl },
  { method: 'POST', path: `${place}/functions/{name}:generateDownloadUrl`, service, permission: 'cloudfunctions.functions.sourceCodeGet', handle: generateDownloadUrl },
  { method: 'GET', path: `${place}/functions/{name}:getIamPolicy`, service, permission: 'cloudfunctions.functions.getIamPolicy', handle: (call, parts) => getPolicy(find(call, parts)[1]) },
  { method: 'POST', path: `${place}/functions/{name}:setIamPolicy`, service, permission: 'cloudfunctions.functions.setIamPolicy', handle: (call, parts) => setPolicy(call, find(call, parts)[1]) },
  { method: 'POST', path: `${place}/functions/{name}:testIamPermissions`, service, handle: (call, parts) => testPermissions(call, find(call, parts)[0].denied) },
  { method: 'GET', path: `${place}/functions/{name}`, service, permission: 'cloudfunctions.functions.get', handle: get },
  { method: 'PATCH', path: `${place}/functions/{name}`, service, permission: 'cloudfunctions.functions.update', handle: patch },
  { method: 'DELETE', path: `${place}/functions/{name}`, service, permission: 'cloudfunctions.functions.delete', handle: (call, parts) => ({ json: remove(...find(call, parts)).toJson(call.intEnums) }) },
];
