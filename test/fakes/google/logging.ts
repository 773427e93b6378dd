import { jsonBody, type Call, type Reply, type Route } from './call';
import { admitTo } from './admit';
import { readSchema, writeSchema } from './discovery';
import { badRequest } from './errors';
import { compact } from './json';

const service = 'logging.googleapis.com';

function list(call: Call): Reply {
  const request = readSchema('logging/v2', 'ListLogEntriesRequest', jsonBody(call));
  const names = (request.resourceNames ?? (request.projectIds as string[] | undefined)?.map((id) => `projects/${id}`) ?? []) as string[];
  if (names.length === 0) throw badRequest('resource_names', 'One or more resource names must be specified.');
  const order = (request.orderBy ?? 'timestamp asc') as string;
  if (!['timestamp', 'timestamp asc', 'timestamp desc', ''].includes(order)) throw badRequest('order_by', `Invalid order_by: ${order}`);
  const size = (request.pageSize ?? 50) as number;
  if (!Number.isInteger(size) || size < 0 || size > 1000) throw badRequest('page_size', 'The page_size must be between 1 and 1000.');
  const query = { filter: (request.filter ?? '') as string, newestFirst: order === 'timestamp desc', size: size || 50, token: request.pageToken as string | undefined };
  const projects = names.map((name) => call.world.find(projectOf(name)));
  for (const project of projects) admitTo(project, service, 'logging.logEntries.list', `/projects/${project.id}`);
  const pages = projects.map((project) => project.logs.list(query));
  // More than one project at once is answered in one page: no caller of this fake needs to page through several.
  const entries = pages.flatMap((one) => one.entries);
  return { json: writeSchema('logging/v2', 'ListLogEntriesResponse', compact({ entries: entries.length > 0 ? entries : undefined, nextPageToken: pages[0]?.next })) };
}

function projectOf(name: string): string {
  const found = /^projects\/([^/]+)/.exec(name)?.[1];
  if (!found) throw badRequest('resource_names', `Invalid resource name: ${name}`);
  return found;
}

function write(call: Call): Reply {
  const request = readSchema('logging/v2', 'WriteLogEntriesRequest', jsonBody(call));
  for (const entry of (request.entries ?? []) as Record<string, string>[]) {
    const logName = entry.logName ?? (request.logName as string);
    call.world.find(projectOf(logName)).write({ ...entry, logName });
  }
  return { json: {} };
}

export const loggingRoutes: readonly Route[] = [
  { method: 'POST', path: '/v2/entries:list', service, handle: list },
  { method: 'POST', path: '/v2/entries:write', service, handle: write },
];
