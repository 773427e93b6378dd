import { allowQuery, page, pageSize, type Call, type Parts, type Reply, type Route } from './call';
import { writeSchema } from './discovery';
import { notFound } from './errors';
import { getPolicy, setPolicy, testPermissions } from './iam';
import { compact, type Json } from './json';
import type { FakeProject } from './project';
import { computeAccount } from './service';

const manager = 'cloudresourcemanager.googleapis.com';
const usage = 'serviceusage.googleapis.com';
const builder = 'cloudbuild.googleapis.com';

function v3(project: FakeProject): Json {
  const { createTime, state, displayName } = project;
  return writeSchema('cloudresourcemanager/v3', 'Project', { name: `projects/${project.number}`, projectId: project.id, displayName, state, createTime, updateTime: createTime, etag: 'W/"1"' });
}

function v1(project: FakeProject): Json {
  return writeSchema('cloudresourcemanager/v1', 'Project', { projectNumber: project.number, projectId: project.id, name: project.displayName, lifecycleState: project.state, createTime: project.createTime });
}

/** Of the query's language only words and `field:word` are known. */
function search(call: Call): Reply {
  allowQuery(call, 'query', 'pageSize', 'pageToken');
  const terms = (call.query.get('query') ?? '').toLowerCase().split(/\s+/).filter((one) => one !== '' && one !== 'and');
  const found = visible(call).filter((project) => terms.every((term) => fits(project, term)));
  const { items, next } = page(found, pageSize(call, 1000), call.query.get('pageToken'));
  return { json: compact({ projects: items.length > 0 ? items.map(v3) : undefined, nextPageToken: next }) };
}

function fits(project: FakeProject, term: string): boolean {
  const [field, wanted = ''] = term.includes(':') || term.includes('=') ? term.split(/[:=]/) : ['', term];
  const text = wanted.replace(/^"|"$/g, '').replaceAll('*', '');
  if (field === 'state') return project.state.toLowerCase() === text;
  return `${project.id} ${project.displayName}`.toLowerCase().includes(text);
}

function visible(call: Call): FakeProject[] {
  return [...call.world.projects.values()].filter((one) => !one.denied.has('resourcemanager.projects.get'));
}

function listV1(call: Call): Reply {
  allowQuery(call, 'filter', 'pageSize', 'pageToken');
  const { items, next } = page(visible(call), pageSize(call, 500), call.query.get('pageToken'));
  return { json: compact({ projects: items.map(v1), nextPageToken: next }) };
}

const enabled = ['cloudfunctions', 'run', 'cloudbuild', 'artifactregistry', 'logging', 'eventarc', 'pubsub', 'storage', 'iam', 'serviceusage', 'cloudresourcemanager', 'compute'];

function serviceOf(project: FakeProject, name: string): Json {
  const known = enabled.some((one) => `${one}.googleapis.com` === name) && !project.disabledServices.has(name);
  return writeSchema('serviceusage/v1', 'GoogleApiServiceusageV1Service', { name: `projects/${project.number}/services/${name}`, parent: `projects/${project.number}`, config: { name }, state: known ? 'ENABLED' : 'DISABLED' });
}

function services(call: Call, { project = '' }: Parts): Reply {
  allowQuery(call, 'filter', 'pageSize', 'pageToken');
  const owner = call.world.find(project);
  return { json: { services: enabled.map((one) => serviceOf(owner, `${one}.googleapis.com`)).filter((one) => one.state === 'ENABLED') } };
}

function batchGet(call: Call, { project = '' }: Parts): Reply {
  const owner = call.world.find(project);
  return { json: { services: call.query.getAll('names').map((name) => serviceOf(owner, name.split('/').at(-1) ?? '')) } };
}

function enable(call: Call, { project = '', name = '' }: Parts): Reply {
  const owner = call.world.find(project);
  owner.disabledServices.delete(name);
  return { json: { name: 'operations/noop.DONE_OPERATION', done: true, response: { '@type': 'type.googleapis.com/google.api.serviceusage.v1.EnableServiceResponse', service: serviceOf(owner, name) } } };
}

function build(call: Call, { project = '', build: id = '' }: Parts): Reply {
  const found = call.world.find(project).builds.get(id);
  if (!found) throw notFound(`projects/${project}/builds/${id}`);
  return { json: writeSchema('cloudbuild/v1', 'Build', found) };
}

function buildAccount(call: Call, { project = '', location = '' }: Parts): Reply {
  const owner = call.world.find(project);
  const serviceAccountEmail = `projects/${owner.id}/serviceAccounts/${computeAccount(owner)}`;
  return { json: { name: `projects/${owner.number}/locations/${location}/defaultServiceAccount`, serviceAccountEmail } };
}

const one = (write: (project: FakeProject) => Json) => (call: Call, { project = '' }: Parts): Reply => ({ json: write(call.world.find(project)) });

function managerRoutes(version: 'v1' | 'v3', write: (project: FakeProject) => Json): Route[] {
  const base = `/${version}/projects/{project}`;
  return [
    { method: 'GET', path: base, service: manager, permission: 'resourcemanager.projects.get', handle: one(write) },
    { method: 'POST', path: `${base}:getIamPolicy`, service: manager, permission: 'resourcemanager.projects.getIamPolicy', handle: (call, { project = '' }) => getPolicy(call.world.find(project)) },
    { method: 'POST', path: `${base}:setIamPolicy`, service: manager, permission: 'resourcemanager.projects.setIamPolicy', handle: (call, { project = '' }) => setPolicy(call, call.world.find(project)) },
    { method: 'POST', path: `${base}:testIamPermissions`, service: manager, handle: (call, { project = '' }) => testPermissions(call, call.world.find(project).denied) },
  ];
}

export const projectRoutes: readonly Route[] = [
  { method: 'GET', path: '/v3/projects:search', service: manager, handle: search },
  { method: 'GET', path: '/v1/projects', service: manager, handle: listV1 },
  ...managerRoutes('v1', v1),
  ...managerRoutes('v3', v3),
  { method: 'GET', path: '/v1/projects/{project}/services', service: usage, handle: services },
  { method: 'GET', path: '/v1/projects/{project}/services:batchGet', service: usage, handle: batchGet },
  { method: 'GET', path: '/v1/projects/{project}/services/{name}', service: usage, handle: (call, { project = '', name = '' }) => ({ json: serviceOf(call.world.find(project), name) }) },
  { method: 'POST', path: '/v1/projects/{project}/services/{name}:enable', service: usage, permission: 'serviceusage.services.enable', handle: enable },
  { method: 'GET', path: '/v1/projects/{project}/builds/{build}', service: builder, permission: 'cloudbuild.builds.get', handle: build },
  { method: 'GET', path: '/v1/projects/{project}/locations/{location}/builds/{build}', service: builder, permission: 'cloudbuild.builds.get', handle: build },
  { method: 'GET', path: '/v1/projects/{project}/locations/{location}/defaultServiceAccount', service: builder, handle: buildAccount },
];
