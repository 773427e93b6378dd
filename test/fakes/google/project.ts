import { randomUUID } from 'node:crypto';
import type { Json } from './json';
import { LogStore, type LogEntry, type WriteOptions } from './logStore';
import type { Operation } from './operations';
import { addFunction, addGen1, addRunService, type FunctionOverrides, type RunServiceOverrides } from './seed';
import { etag, numberOf, stamp, type World } from './world';

export interface Policy {
  version: number;
  bindings: { role: string; members: string[]; condition?: Json }[];
  etag: string;
}

export interface StoredFunction {
  /** projects/P/locations/L/functions/F */
  readonly name: string;
  readonly id: string;
  readonly location: string;
  /** As the API gives it, without what follows from the service. */
  data: Json;
  readonly visibleAt: number;
  code: Buffer;
  pending?: Operation;
  policy: Policy;
}

export interface Revision {
  readonly name: string;
  readonly createTime: string;
  readonly code: Buffer;
  readonly entryPoint: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface Traffic {
  /** Without a revision: whatever is the latest. */
  readonly revision?: string;
  readonly percent: number;
  readonly tag?: string;
}

export interface StoredService {
  readonly id: string;
  readonly location: string;
  readonly uid: string;
  /** The function that owns it; a stand-alone service has none. */
  readonly owner?: string;
  readonly createTime: string;
  updateTime: string;
  generation: number;
  labels: Readonly<Record<string, string>>;
  annotations: Readonly<Record<string, string>>;
  buildConfig?: Json;
  template: Template;
  revisions: Revision[];
  traffic: readonly Traffic[];
  policy: Policy;
  etag: string;
}

export interface Template {
  readonly memory: string;
  readonly cpu: string;
  readonly timeoutSeconds: number;
  readonly maxInstances: number;
  readonly concurrency: number;
  readonly image: string;
  readonly serviceAccount: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface Failure {
  readonly stage: 'ARTIFACT_REGISTRY' | 'BUILD' | 'SERVICE' | 'TRIGGER';
  readonly message: string;
  readonly logLines?: readonly string[];
  /** A google.rpc code; 3, INVALID_ARGUMENT, by default, as for a failed build. */
  readonly code?: number;
}

export function emptyPolicy(): Policy {
  return { version: 1, bindings: [], etag: etag() };
}

/** One project: what lives in it, and the ways in which a test may put things there or make them fail. */
export class FakeProject {
  readonly number: string;
  displayName: string;
  state: 'ACTIVE' | 'DELETE_REQUESTED' = 'ACTIVE';
  readonly createTime = stamp();
  readonly functions = new Map<string, StoredFunction>();
  /** 1st generation, as v1 gives them, by full name. */
  readonly gen1 = new Map<string, Json>();
  readonly services = new Map<string, StoredService>();
  readonly operations = new Map<string, Operation>();
  readonly builds = new Map<string, Json>();
  readonly logs: LogStore;
  readonly unreachable = new Set<string>();
  readonly denied = new Set<string>();
  readonly disabledServices = new Set<string>();
  readonly failures: Failure[] = [];
  policy: Policy = emptyPolicy();

  constructor(
    readonly world: World,
    readonly id: string,
  ) {
    this.number = numberOf(id);
    this.displayName = id;
    this.logs = new LogStore(this.id, world);
  }

  /** A finished 2nd generation function with its service and one revision. */
  addFunction(location: string, id: string, overrides: FunctionOverrides = {}): StoredFunction {
    return addFunction(this, location, id, overrides);
  }

  addGen1(location: string, id: string, overrides: Json = {}): Json {
    return addGen1(this, location, id, overrides);
  }

  /** A Cloud Run service that no function of the Functions API owns. */
  addRunService(location: string, id: string, overrides: RunServiceOverrides = {}): StoredService {
    return addRunService(this, location, id, overrides);
  }

  write(entry: LogEntry, options: WriteOptions = {}): LogEntry {
    return this.logs.write(entry, options);
  }

  /** The next change fails in this stage. */
  failNext(failure: Failure): void {
    this.failures.push(failure);
  }

  deny(permission: string): void {
    this.denied.add(permission);
  }

  allow(permission: string): void {
    this.denied.delete(permission);
  }

  disable(service: string): void {
    this.disabledServices.add(service);
  }

  settle(now: number): void {
    for (const operation of this.operations.values()) operation.settle(now);
  }

  function(location: string, id: string): StoredFunction | undefined {
    return this.functions.get(functionName(this.id, location, id));
  }

  service(location: string, id: string): StoredService | undefined {
    return this.services.get(`${location}/${id}`);
  }

  urlOf(service: StoredService): string {
    return `${this.world.origin}/run/${this.id}/${service.location}/${service.id}`;
  }

  newUid(): string {
    return randomUUID();
  }
}

export function functionName(project: string, location: string, id: string): string {
  return `projects/${project}/locations/${location}/functions/${id}`;
}

/** A service's name admits neither capitals nor underscores. */
export function serviceId(id: string): string {
  return id.toLowerCase().replaceAll('_', '-');
}
