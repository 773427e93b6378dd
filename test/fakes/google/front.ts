import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { checkIdToken } from './auth';
import type { Call, Reply } from './call';
import type { Json } from './json';
import type { FakeProject, Revision, StoredService } from './project';
import { serviceId } from './project';
import { latest } from './service';

export interface FunctionCall {
  readonly project: string;
  readonly location: string;
  /** The service's name: the function's, in lower case and with hyphens. */
  readonly name: string;
  readonly revision: string;
  readonly entryPoint: string;
  readonly code: Buffer;
  readonly env: Readonly<Record<string, string>>;
  readonly executionId: string;
  readonly request: { readonly method: string; readonly path: string; readonly query: Readonly<Record<string, string>>; readonly headers: IncomingHttpHeaders; readonly body: Buffer };
  /** What the function prints: a line of text or a structured entry. */
  readonly log: (line: string | Json, options?: { readonly severity?: string; readonly stream?: 'stdout' | 'stderr' }) => void;
}

export interface FunctionAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly delayMs?: number;
}

export type CallHandler = (call: FunctionCall) => FunctionAnswer | Promise<FunctionAnswer>;

export function echo({ request }: FunctionCall): FunctionAnswer {
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ...request, body: request.body.toString('utf8') }) };
}

interface Target {
  readonly project: FakeProject;
  readonly service: StoredService;
  readonly tag?: string;
  /** What is left of the path for the function to see. */
  readonly path: string;
}

/** Whether a path leads to a function rather than to an API: its own URL, or that of cloudfunctions.net, both below the fake's own origin. */
export function isFunctionPath(path: string): boolean {
  return path.startsWith('/run/') || path.startsWith('/cloudfunctions/');
}

export async function serveFunction(call: Call, handler: CallHandler): Promise<Reply> {
  const target = findTarget(call);
  if (!target) return page(404, 'Page not found', 'The requested URL was not found on this server.');
  const trace = /^([0-9a-f]{32})/.exec(String(call.headers['x-cloud-trace-context'] ?? ''))?.[1] ?? /^00-([0-9a-f]{32})-/.exec(String(call.headers.traceparent ?? ''))?.[1] ?? randomBytes(16).toString('hex');
  const started = performance.now();
  const refusal = guard(call, target);
  const reply = refusal ?? (await run(call, target, handler, trace));
  logRequest(call, target, reply, trace, (performance.now() - started) / 1000);
  return { ...reply, headers: { server: 'Google Frontend', 'x-cloud-trace-context': `${trace};o=1`, ...reply.headers } };
}

function findTarget({ world, path }: Call): Target | undefined {
  const own = /^\/run\/([^/]+)\/([^/]+)\/([^/]+)(\/.*)?$/.exec(path);
  const old = own ? undefined : /^\/cloudfunctions\/([^/]+)\/([^/]+)(\/.*)?$/.exec(path);
  if (own) return target(world.projects.get(own[1] ?? ''), own[2] ?? '', own[3] ?? '', own[4]);
  const project = [...world.projects.values()].find(({ id }) => old?.[1]?.endsWith(`-${id}`));
  return target(project, old?.[1]?.slice(0, -(project?.id.length ?? 0) - 1) ?? '', serviceId(old?.[2] ?? ''), old?.[3]);
}

function target(project: FakeProject | undefined, location: string, label: string, rest = '/'): Target | undefined {
  const [first = '', second] = label.split('---');
  const service = project?.service(location, second ?? first);
  return project && service && service.revisions.length > 0 ? { project, service, tag: second === undefined ? undefined : first, path: rest } : undefined;
}

/** https://cloud.google.com/run/docs/authenticating/service-to-service: an ID token for the service's URL, unless anyone may call. */
function guard(call: Call, { project, service }: Target): Reply | undefined {
  const members = service.policy.bindings.filter(({ role }) => role === 'roles/run.invoker').flatMap((one) => one.members);
  if (members.includes('allUsers')) return undefined;
  const header = String(call.headers['x-serverless-authorization'] ?? call.headers.authorization ?? '');
  if (header === '') return page(403, '403 Forbidden', `Your client does not have permission to get URL <code>${call.path}</code> from this server.`, 'Forbidden');
  const claims = checkIdToken(call.world, header.replace(/^bearer /i, ''));
  const audiences = [project.urlOf(service), `${call.world.origin}/cloudfunctions/${service.location}-${project.id}/${service.owner?.split('/').at(-1) ?? ''}`];
  if (!claims || !audiences.includes((claims.aud ?? '').replace(/\/$/, ''))) return unauthorized();
  return project.denied.has('run.routes.invoke') ? page(403, '403 Forbidden', `Your client does not have permission to get URL <code>${call.path}</code> from this server.`, 'Forbidden') : undefined;
}

function unauthorized(): Reply {
  const reply = page(401, '401 Unauthorized', 'Your client does not have permission to the requested URL <code>/</code>.', 'Unauthorized');
  return { ...reply, headers: { ...reply.headers, 'www-authenticate': 'Bearer error="invalid_token" error_description="The access token could not be verified"' } };
}

function page(status: number, title: string, text: string, heading = 'Not Found'): Reply {
  const body = `\n<html><head>\n<meta http-equiv="content-type" content="text/html;charset=utf-8">\n<title>${title}</title>\n</head>\n<body text=#000000 bgcolor=#ffffff>\n<h1>Error: ${heading}</h1>\n<h2>${text}</h2>\n<h2></h2>\n</body></html>\n`;
  return { status, headers: { 'content-type': 'text/html; charset=UTF-8' }, body };
}

async function run(call: Call, at: Target, handler: CallHandler, trace: string): Promise<Reply> {
  const { project, service } = at;
  const revision = chooseRevision(at);
  const executionId = String(call.headers['function-execution-id'] ?? randomBytes(6).toString('hex'));
  const query = Object.fromEntries(call.query);
  const answer = await handler({
    project: project.id,
    location: service.location,
    name: service.id,
    revision: revision.name,
    entryPoint: revision.entryPoint,
    code: revision.code,
    env: revision.env,
    executionId,
    request: { method: call.method, path: at.path, query, headers: call.headers, body: call.body },
    log: (line, options = {}) => {
      const payload = typeof line === 'string' ? { textPayload: line } : { jsonPayload: line };
      const { severity, stream = 'stdout' } = options;
      const named = { logName: `projects/${project.id}/logs/run.googleapis.com%2F${stream}`, trace: `projects/${project.id}/traces/${trace}` };
      project.write({ ...named, ...payload, ...(severity && { severity }), resource: resource(at, revision.name), labels: { ...labels(at), execution_id: executionId } });
    },
  });
  if (answer.delayMs) await wait(answer.delayMs);
  return { status: answer.status ?? 200, headers: { 'content-type': 'text/html; charset=utf-8', ...answer.headers }, body: answer.body ?? '' };
}

const turns = new WeakMap<StoredService, number>();

/** Every hundred calls are shared out exactly as the traffic says, well mixed. */
function chooseRevision({ service, tag }: Target): Revision {
  const turn = turns.get(service) ?? 0;
  turns.set(service, turn + 1);
  const tagged = tag === undefined ? undefined : service.traffic.find((one) => one.tag === tag);
  let left = (turn * 37) % 100;
  const chosen = tagged ?? service.traffic.find(({ percent }) => (left -= percent) < 0);
  return service.revisions.find(({ name }) => name === chosen?.revision) ?? latest(service);
}

function labels({ service }: Target): Readonly<Record<string, string>> {
  return { instanceId: service.uid.replaceAll('-', ''), ...(service.owner && { 'goog-managed-by': 'cloudfunctions', 'goog-drz-cloudfunctions-id': service.id, 'goog-drz-cloudfunctions-location': service.location }) };
}

function resource({ project, service }: Target, revision: string): { type: string; labels: Record<string, string> } {
  return { type: 'cloud_run_revision', labels: { project_id: project.id, location: service.location, service_name: service.id, configuration_name: service.id, revision_name: revision } };
}

function logRequest(call: Call, at: Target, reply: Reply, trace: string, seconds: number): void {
  const status = reply.status ?? 200;
  at.project.write({
    logName: `projects/${at.project.id}/logs/run.googleapis.com%2Frequests`,
    severity: status >= 500 ? 'ERROR' : status >= 400 ? 'WARNING' : 'INFO',
    resource: resource(at, latest(at.service).name),
    labels: labels(at),
    trace: `projects/${at.project.id}/traces/${trace}`,
    traceSampled: true,
    httpRequest: {
      requestMethod: call.method,
      requestUrl: `${at.project.urlOf(at.service)}${at.path}`,
      requestSize: String(call.body.length),
      status,
      responseSize: String(Buffer.byteLength(reply.body ?? '')),
      userAgent: String(call.headers['user-agent'] ?? ''),
      remoteIp: '127.0.0.1',
      latency: `${seconds.toFixed(9)}s`,
      protocol: 'HTTP/1.1',
    },
  });
}
