import type { Json } from './json';
import { emptyPolicy, functionName, type FakeProject, type StoredFunction, type StoredService } from './project';
import { defaults } from './functionData';
import { addRevision, makePublic, newService, templateOf } from './service';
import { keepCode } from './upload';
import { stamp } from './world';

export interface FunctionOverrides {
  readonly code?: Uint8Array;
  /** Anyone may call it; otherwise only who has an ID token. */
  readonly public?: boolean;
  readonly state?: string;
  readonly stateMessages?: readonly Json[];
  readonly description?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly updateTime?: string;
  readonly buildConfig?: Json;
  readonly serviceConfig?: Json;
  readonly eventTrigger?: Json;
}

/** An empty zip: the end record alone. */
export const emptyZip = Buffer.from('PK\u0005\u0006'.padEnd(22, '\0'), 'latin1');

export function addFunction(project: FakeProject, location: string, id: string, overrides: FunctionOverrides): StoredFunction {
  const { code, public: open, updateTime, ...members } = overrides;
  const bytes = Buffer.from(code ?? emptyZip);
  const source = keepCode(project, location, id, bytes);
  const buildConfig = { runtime: 'nodejs22', entryPoint: 'handler', ...members.buildConfig, source: { storageSource: source }, sourceProvenance: { resolvedStorageSource: source } };
  const data = defaults(project, location, id, { ...members, buildConfig });
  const now = stamp();
  const stored: StoredFunction = {
    name: functionName(project.id, location, id),
    id,
    location,
    data: { ...data, state: members.state ?? 'ACTIVE', createTime: updateTime ?? now, updateTime: updateTime ?? now },
    visibleAt: 0,
    code: bytes,
    policy: emptyPolicy(),
  };
  const service = newService(project, location, id, stored.name);
  addRevision(service, { code: bytes, entryPoint: String(buildConfig.entryPoint), template: templateOf(project, data.serviceConfig as Json) });
  if (open) makePublic(service);
  project.functions.set(stored.name, stored);
  return stored;
}

export function addGen1(project: FakeProject, location: string, id: string, overrides: Json): Json {
  const name = functionName(project.id, location, id);
  const data: Json = {
    name,
    status: 'ACTIVE',
    entryPoint: 'handler',
    runtime: 'nodejs20',
    timeout: '60s',
    availableMemoryMb: 256,
    serviceAccountEmail: `${project.id}@appspot.gserviceaccount.com`,
    updateTime: stamp(),
    versionId: '1',
    httpsTrigger: { url: `https://${location}-${project.id}.cloudfunctions.net/${id}`, securityLevel: 'SECURE_ALWAYS' },
    ingressSettings: 'ALLOW_ALL',
    ...overrides,
  };
  project.gen1.set(name, data);
  return data;
}

export interface RunServiceOverrides {
  /** Made by a function's source: with a function target, as the console and `gcloud run deploy --function` make it. */
  readonly functionTarget?: string;
  readonly baseImage?: string;
  readonly code?: Uint8Array;
  readonly public?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly serviceConfig?: Json;
}

export function addRunService(project: FakeProject, location: string, id: string, overrides: RunServiceOverrides): StoredService {
  const service = newService(project, location, id);
  const { functionTarget, baseImage = 'nodejs22' } = overrides;
  service.labels = { ...overrides.labels };
  service.annotations = { ...(functionTarget && { 'run.googleapis.com/build-function-target': functionTarget, 'run.googleapis.com/build-base-image': baseImage }), ...overrides.annotations };
  if (functionTarget) service.buildConfig = { functionTarget, baseImage, enableAutomaticUpdates: true, sourceLocation: `gs://run-sources-${project.id}-${location}/services/${service.id}/1.zip` };
  addRevision(service, { code: Buffer.from(overrides.code ?? emptyZip), entryPoint: functionTarget ?? '', template: templateOf(project, overrides.serviceConfig ?? {}) });
  if (overrides.public) makePublic(service);
  return service;
}
