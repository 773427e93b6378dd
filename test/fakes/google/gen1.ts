import { allowQuery, page, pageSize, type Call, type Parts, type Reply, type Route } from './call';
import { writeSchema } from './discovery';
import { notFound } from './errors';
import { compact, type Json } from './json';
import { functionName } from './project';

const service = 'cloudfunctions.googleapis.com';

/** How the v2 API shows a 1st generation function. */
export function gen1AsV2(old: Json): Json {
  const { url } = (old.httpsTrigger ?? {}) as { url?: string };
  return compact({
    name: old.name,
    environment: 'GEN_1',
    state: old.status === 'ACTIVE' ? 'ACTIVE' : old.status === 'OFFLINE' ? 'FAILED' : 'DEPLOYING',
    updateTime: old.updateTime,
    labels: old.labels,
    url,
    buildConfig: { runtime: old.runtime, entryPoint: old.entryPoint },
    serviceConfig: compact({ availableMemory: `${String(old.availableMemoryMb)}M`, timeoutSeconds: parseInt(String(old.timeout)), serviceAccountEmail: old.serviceAccountEmail, ingressSettings: old.ingressSettings, uri: url }),
  });
}

function list(call: Call, { project = '', location = '' }: Parts): Reply {
  allowQuery(call, 'pageSize', 'pageToken');
  const owner = call.world.find(project);
  const all = [...owner.gen1.values()].filter(({ name }) => location === '-' || String(name).split('/')[3] === location);
  const { items, next } = page(all, pageSize(call, 1000), call.query.get('pageToken'));
  return { json: writeSchema('cloudfunctions/v1', 'ListFunctionsResponse', compact({ functions: items.length > 0 ? items : undefined, nextPageToken: next })) };
}

function get(call: Call, { project = '', location = '', name = '' }: Parts): Reply {
  const full = functionName(project, location, name);
  const found = call.world.find(project).gen1.get(full);
  if (!found) throw notFound(full);
  return { json: writeSchema('cloudfunctions/v1', 'CloudFunction', found) };
}

export const gen1Routes: readonly Route[] = [
  { method: 'GET', path: '/v1/projects/{project}/locations/{location}/functions', service, permission: 'cloudfunctions.functions.list', handle: list },
  { method: 'GET', path: '/v1/projects/{project}/locations/{location}/functions/{name}', service, permission: 'cloudfunctions.functions.get', handle: get },
];
