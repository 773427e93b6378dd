import { startBuild, type Build } from './build';
import { ApiError, badRequest } from './errors';
import { defaults, merge, view, type Mask } from './functionData';
import { compact, type Json } from './json';
import { Operation, refuseWhilePending, type StagePlan } from './operations';
import { emptyPolicy, functionName, serviceId, type Failure, type FakeProject, type StoredFunction } from './project';
import { mayDeploy } from './runtimes';
import { addRevision, latestServesAll, newService, templateOf, touch } from './service';
import { keepCode, type StorageSource } from './upload';
import { stamp } from './world';

const goodId = /^[a-zA-Z](?:[a-zA-Z0-9_-]{0,61}[a-zA-Z0-9])?$/;

/** Begins to make a function: it is there at once, in state DEPLOYING. */
export function create(project: FakeProject, location: string, id: string, given: Json): Operation {
  if (!goodId.test(id)) throw badRequest('function_id', `Invalid function_id '${id}': it must start with a letter and have at most 63 letters, digits, hyphens and underscores.`);
  const name = functionName(project.id, location, id);
  if (given.name !== undefined && given.name !== name) throw badRequest('function.name', `Function name ${JSON.stringify(given.name)} does not match ${name}.`);
  if (project.functions.has(name) || project.gen1.has(name)) throw new ApiError('ALREADY_EXISTS', `Could not create Cloud Run function ${name}. A function with this name already exists.`);
  if (project.service(location, serviceId(id))) throw new ApiError('ALREADY_EXISTS', `Could not create Cloud Run service ${serviceId(id)}. A Cloud Run service with this name already exists. Please redeploy the function with a different name.`);
  const data = defaults(project, location, id, given);
  checkBuild(project, data);
  const now = stamp();
  const visibleAt = Date.now() + project.world.listLagMs;
  const code = codeOf(project, data);
  const buildConfig = { ...(data.buildConfig as Json), source: { storageSource: keepCode(project, location, id, code) } };
  const begun = { ...data, buildConfig, state: 'DEPLOYING', createTime: now, updateTime: now, stateMessages: missing(project, location, id, data) };
  const stored: StoredFunction = { name, id, location, data: begun, visibleAt, code, policy: emptyPolicy() };
  project.functions.set(name, stored);
  return deploy(project, stored, { verb: 'create', data, built: true, allTraffic: true, request: given });
}

/** What the real service says of a function that is still being made, in words that look like an error. */
function missing(project: FakeProject, location: string, id: string, data: Json): Json[] {
  const service = `projects/${project.id}/locations/${location}/services/${serviceId(id)}`;
  const { trigger } = (data.eventTrigger ?? {}) as { trigger?: string };
  return [
    { severity: 'ERROR', type: 'CloudRunServiceNotFound', message: `Cloud Run service ${service} for the function was not found. The function will not work correctly. Please redeploy.` },
    ...(trigger ? [{ severity: 'ERROR', type: 'EventarcTriggerNotFound', message: `Eventarc trigger ${trigger} for the function was not found. The function may not work correctly. Please redeploy.` }] : []),
  ];
}

/** Begins to change a function; until that is done the old revision serves. */
export function update(project: FakeProject, stored: StoredFunction, given: Json, mask: Mask | undefined): Operation {
  refuseWhilePending(stored.pending);
  // A function that was never made has no code to go on with.
  if (stored.data.state === 'FAILED' && !given.buildConfig) throw new ApiError('FAILED_PRECONDITION', 'Precondition failed');
  const touches = (name: string): boolean => !mask || mask.some(([first]) => first === name);
  const data = defaults(project, stored.location, stored.id, merge(stored.data, given, mask));
  if (touches('buildConfig')) checkBuild(project, data);
  const wanted = (given.serviceConfig as Json | undefined)?.allTrafficOnLatestRevision === true;
  const masked = !mask || mask.some(([first, second]) => first === 'serviceConfig' && (second === undefined || second === 'allTrafficOnLatestRevision'));
  stored.data = { ...stored.data, state: 'DEPLOYING' };
  return deploy(project, stored, { verb: 'update', data, built: touches('buildConfig'), allTraffic: wanted && masked, request: given });
}

export function remove(project: FakeProject, stored: StoredFunction): Operation {
  refuseWhilePending(stored.pending);
  stored.data = { ...stored.data, state: 'DELETING' };
  const stages: StagePlan[] = [{ name: 'SERVICE' }, ...(stored.data.eventTrigger ? [{ name: 'TRIGGER' as const }] : [])];
  const apply = (): Json => {
    project.functions.delete(stored.name);
    project.services.delete(`${stored.location}/${serviceId(stored.id)}`);
    return { '@type': 'type.googleapis.com/google.protobuf.Empty' };
  };
  return (stored.pending = new Operation({ project, location: stored.location, target: stored.name, verb: 'delete', stages, apply }));
}

function checkBuild(project: FakeProject, data: Json): void {
  const { runtime, source } = data.buildConfig as { runtime?: string; source?: { storageSource?: StorageSource } };
  if (!mayDeploy(runtime)) throw badRequest('function.build_config.runtime', `Invalid value for 'function.build_config.runtime': ${runtime ? `The runtime ${runtime} is not supported on GCF Gen2.` : 'runtime must be set.'}`);
  if (!source) throw badRequest('function.build_config.source', 'Source must be provided.');
  codeOf(project, data);
}

function codeOf(project: FakeProject, data: Json): Buffer {
  const { source } = data.buildConfig as { source: { storageSource?: StorageSource } };
  const { bucket = '', object = '' } = source.storageSource ?? {};
  const code = project.world.objects.get(`${bucket}/${object}`);
  if (!code) throw new ApiError('INVALID_ARGUMENT', `Source code could not be read: no object ${object} in the bucket ${bucket}.`);
  return code;
}

interface Deployment {
  readonly verb: 'create' | 'update';
  readonly data: Json;
  readonly built: boolean;
  readonly allTraffic: boolean;
  readonly request: Json;
}

function deploy(project: FakeProject, stored: StoredFunction, deployment: Deployment): Operation {
  const failure = project.failures.shift();
  const build = deployment.built ? startBuild(project, stored.location, failure?.stage === 'BUILD' ? failure : undefined) : undefined;
  if (failure?.stage === 'SERVICE') crash(project, stored, failure);
  const error = failure && { code: failure.code ?? 3, message: explain(project, stored, failure, build) };
  const operation = new Operation({
    project,
    location: stored.location,
    target: stored.name,
    verb: deployment.verb,
    request: deployment.request,
    stages: plan(project, stored, deployment, build, failure),
    buildName: build?.name,
    error,
    apply: () => (error ? fail(stored, deployment, error.message) : finish(project, stored, deployment, build)),
  });
  return (stored.pending = operation);
}

/** What the container printed before it was given up, where its log belongs. */
function crash(project: FakeProject, { location, id }: StoredFunction, { logLines = [] }: Failure): void {
  const service = serviceId(id);
  const labels = { project_id: project.id, location, service_name: service, configuration_name: service, revision_name: `${service}-00001-bad` };
  for (const textPayload of logLines) {
    project.write({ logName: `projects/${project.id}/logs/run.googleapis.com%2Fstderr`, resource: { type: 'cloud_run_revision', labels }, labels: { 'goog-managed-by': 'cloudfunctions' }, textPayload });
  }
}

/** What is done in which order; nothing follows the stage that fails but the way back. */
function plan(project: FakeProject, stored: StoredFunction, { data }: Deployment, build: Build | undefined, failure: Failure | undefined): StagePlan[] {
  const service = `projects/${project.id}/locations/${stored.location}/services/${serviceId(stored.id)}`;
  const { trigger } = (data.eventTrigger ?? {}) as { trigger?: string };
  // The repository is listed only where it fails: gcloud itself expects that stage, like the ways back, not to be announced.
  const stages: StagePlan[] = [
    ...(failure?.stage === 'ARTIFACT_REGISTRY' ? [{ name: 'ARTIFACT_REGISTRY' as const, resource: `projects/${project.id}/locations/${stored.location}/repositories/gcf-artifacts` }] : []),
    ...(build ? [{ name: 'BUILD' as const, resource: build.name, resourceUri: build.logUrl }] : []),
    { name: 'SERVICE', resource: service, resourceUri: `https://console.cloud.google.com/run/detail/${stored.location}/${serviceId(stored.id)}?project=${project.id}` },
    ...(data.eventTrigger ? [{ name: 'TRIGGER' as const, resource: trigger }] : []),
  ];
  const at = stages.findIndex((stage) => stage.name === failure?.stage);
  if (at < 0) return stages;
  const begun = stages.slice(0, at + 1).map((stage, index) => (index < at ? stage : { ...stage, messages: [{ severity: 'ERROR', type: 'Failed', message: failure?.message }] }));
  return failure?.stage === 'TRIGGER' ? [...begun, { name: 'SERVICE_ROLLBACK' }] : begun;
}

function explain(project: FakeProject, stored: StoredFunction, { stage, message }: Failure, build: Build | undefined): string {
  if (stage === 'BUILD') return `Build failed with status: FAILURE and message: ${message}. For more details see the logs at ${build?.logUrl ?? ''}.`;
  if (stage === 'SERVICE') {
    const logs = `https://console.cloud.google.com/logs/viewer?project=${project.id}&resource=cloud_run_revision/service_name/${serviceId(stored.id)}`;
    return `Could not create or update Cloud Run service ${serviceId(stored.id)}, ${message}\n\nLogs URL: ${logs}\nFor more troubleshooting guidance, see https://cloud.google.com/run/docs/troubleshooting#container-failed-to-start`;
  }
  return message;
}

/**
 * A function that was never made stays as FAILED; one that was made goes on with its old revision and says what failed. (The documents name the
 * states only; that a failed update leaves the state ACTIVE is read from "isn't serving" in the description of FAILED.)
 */
function fail(stored: StoredFunction, { verb }: Deployment, message: string): Json {
  const state = verb === 'create' ? 'FAILED' : 'ACTIVE';
  stored.data = { ...stored.data, state, updateTime: stamp(), stateMessages: [{ severity: 'ERROR', type: 'DeployFailed', message }] };
  return {};
}

function finish(project: FakeProject, stored: StoredFunction, { data, allTraffic, built }: Deployment, build: Build | undefined): Json {
  if (built) stored.code = codeOf(project, data);
  const config = data.buildConfig as Json;
  const source = built ? keepCode(project, stored.location, stored.id, stored.code) : undefined;
  const buildConfig = source ? { ...config, build: build?.name, source: { storageSource: source }, sourceProvenance: { resolvedStorageSource: source } } : config;
  stored.data = compact({ ...data, stateMessages: undefined, state: 'ACTIVE', createTime: stored.data.createTime, updateTime: stamp(), buildConfig });
  serve(project, stored, allTraffic);
  return { '@type': 'type.googleapis.com/google.cloud.functions.v2.Function', ...view(project, stored) };
}

/** A new revision of the function's service. A split that names revisions stays as it is unless all traffic was asked for. */
function serve(project: FakeProject, stored: StoredFunction, allTraffic: boolean): void {
  const { buildConfig, serviceConfig } = stored.data as Readonly<Record<string, Json>>;
  const service = project.service(stored.location, serviceId(stored.id)) ?? newService(project, stored.location, stored.id, stored.name);
  addRevision(service, { code: stored.code, entryPoint: (buildConfig?.entryPoint as string | undefined) ?? stored.id, template: templateOf(project, serviceConfig ?? {}) });
  if (allTraffic && !latestServesAll(service)) service.traffic = [{ percent: 100 }];
  touch(service);
}
