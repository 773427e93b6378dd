import { randomBytes } from 'node:crypto';
import type { Route } from './call';
import { allowQuery, page, pageSize } from './call';
import { ApiError, notFound } from './errors';
import { compact, type Json } from './json';
import type { Failure, FakeProject } from './project';
import { writeMessage } from './protos';
import { instant } from './world';

export type StageName = Failure['stage'] | 'SERVICE_ROLLBACK' | 'TRIGGER_ROLLBACK';

export interface StagePlan {
  readonly name: StageName;
  readonly resource?: string;
  readonly resourceUri?: string;
  readonly messages?: readonly Json[];
}

export interface OperationPlan {
  readonly project: FakeProject;
  readonly location: string;
  readonly target: string;
  readonly verb: 'create' | 'update' | 'delete';
  readonly request?: Json;
  readonly stages: readonly StagePlan[];
  readonly buildName?: string;
  readonly error?: { readonly code: number; readonly message: string };
  /** Done once, when the last stage is over; gives the response, with its `@type`. */
  readonly apply: () => Json;
  /** What the metadata is, where it is not that of a change to a function. */
  readonly metadata?: () => Json;
}

/** A change that takes time. Where it stands follows from the clock, so that no timer has to run. */
export class Operation {
  readonly name: string;
  readonly #startedAt = Date.now();
  readonly #stageMs: number;
  #response: Json | undefined;

  constructor(readonly plan: OperationPlan) {
    this.name = `projects/${plan.project.id}/locations/${plan.location}/operations/operation-${Date.now()}-${randomBytes(7).toString('hex').slice(1)}-${randomBytes(4).toString('hex')}-${randomBytes(4).toString('hex')}`;
    this.#stageMs = plan.project.world.stageMs;
    plan.project.operations.set(this.name, this);
  }

  get done(): boolean {
    return this.#response !== undefined;
  }

  settle(now: number): void {
    if (this.done || now < this.#endsAt) return;
    this.#response = this.plan.apply();
  }

  toJson(intEnums: boolean): Json {
    const { error } = this.plan;
    const metadata = this.plan.metadata ? this.plan.metadata() : { '@type': 'type.googleapis.com/google.cloud.functions.v2.OperationMetadata', ...this.#metadata(intEnums) };
    if (!this.done) return { name: this.name, metadata, done: false };
    return compact({ name: this.name, metadata, done: true, error, response: error ? undefined : this.#response });
  }

  get #endsAt(): number {
    return this.#startedAt + Math.max(1, this.plan.stages.length) * this.#stageMs;
  }

  #metadata(intEnums: boolean): Json {
    const { target, verb, request, buildName } = this.plan;
    const metadata = compact({
      createTime: instant(this.#startedAt * 1000),
      endTime: this.done ? instant(this.#endsAt * 1000) : undefined,
      target,
      verb,
      cancelRequested: false,
      apiVersion: 'v2',
      requestResource: request && { '@type': 'type.googleapis.com/google.cloud.functions.v2.Function', ...request },
      stages: this.plan.stages.map((stage, index) => this.#stage(stage, index)).filter(({ name, state }) => !(name as string).endsWith('_ROLLBACK') || state !== 'NOT_STARTED'),
      buildName,
      operationType: `${verb.toUpperCase()}_FUNCTION`,
    });
    return writeMessage('OperationMetadata', metadata, intEnums);
  }

  #stage(stage: StagePlan, index: number): Json {
    const past = Date.now() - this.#startedAt - index * this.#stageMs;
    const state = this.done || past >= this.#stageMs ? 'COMPLETE' : past >= 0 ? 'IN_PROGRESS' : 'NOT_STARTED';
    const begun = state !== 'NOT_STARTED';
    const messages = state === 'COMPLETE' ? stage.messages : undefined;
    const message = state === 'IN_PROGRESS' ? progress[stage.name] : undefined;
    return compact({ name: stage.name, message, state, resource: begun ? stage.resource : undefined, resourceUri: begun ? stage.resourceUri : undefined, stateMessages: messages });
  }
}

const progress: Readonly<Record<StageName, string>> = {
  ARTIFACT_REGISTRY: 'Creating Artifact Registry repository',
  BUILD: 'Build in progress',
  SERVICE: 'Creating Cloud Run service',
  TRIGGER: 'Creating trigger',
  SERVICE_ROLLBACK: 'Rolling back Cloud Run service',
  TRIGGER_ROLLBACK: 'Rolling back trigger',
};

const service = 'cloudfunctions.googleapis.com';

export const operationRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v2/projects/{project}/locations/{location}/operations/{operation}',
    service,
    permission: 'cloudfunctions.operations.get',
    handle: (call, { project = '', location = '', operation = '' }) => {
      const owner = call.world.find(project);
      const name = `projects/${owner.id}/locations/${location}/operations/${operation}`;
      const found = owner.operations.get(name);
      if (!found) throw notFound(name);
      return { json: found.toJson(call.intEnums) };
    },
  },
  {
    method: 'GET',
    path: '/v2/projects/{project}/locations/{location}/operations',
    service,
    permission: 'cloudfunctions.operations.list',
    handle: (call, { project = '', location = '' }) => {
      allowQuery(call, 'filter', 'pageSize', 'pageToken', 'returnPartialSuccess');
      const all = [...call.world.find(project).operations.values()].filter((one) => location === '-' || one.plan.location === location);
      const { items, next } = page(all, pageSize(call, 1000), call.query.get('pageToken'));
      return { json: compact({ operations: items.map((one) => one.toJson(call.intEnums)), nextPageToken: next }) };
    },
  },
];

/** Google runs one change to a function at a time. */
export function refuseWhilePending(operation: Operation | undefined): void {
  if (operation && !operation.done) throw new ApiError('ABORTED', 'unable to queue the operation');
}
