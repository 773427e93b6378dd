import { idToken } from './auth';
import type { CallHandler } from './front';
import { FakeProject } from './project';
import { GoogleServer, type Fault } from './server';
import { World, type GoogleOptions, type SeenRequest } from './world';

export { credentialsFile, type CredentialKind } from './credentials';
export type { CallHandler, FunctionAnswer, FunctionCall } from './front';
export type { LogEntry } from './logStore';
export { FakeProject, type Failure, type StoredFunction, type StoredService } from './project';
export type { Fault } from './server';
export { emptyZip } from './seed';
export type { GoogleOptions, SeenRequest } from './world';

/**
 * Google Cloud on one loopback origin: every service's base URL is `url`. Requests and answers go through the vendor's own schema; how things
 * behave beyond it is held to Google's clients and gcloud where they can judge. What none of them can judge here is read from documents and
 * reports: the texts of refusals, the state of a function whose update failed, which URLs are audiences. Not there: making services from source
 * through Cloud Run, changing 1st generation functions, and permissions by role (a test denies single permissions instead).
 */
export interface GoogleFake {
  readonly url: string;
  /** Every request in the order of arrival. */
  readonly requests: readonly SeenRequest[];
  /** An access token that the APIs accept. */
  readonly token: string;
  readonly world: World;
  /** The project of this id, made when it is asked for the first time. */
  readonly project: (id: string) => FakeProject;
  /** Requests of a method whose path fits. */
  readonly seen: (method: string, path: RegExp) => readonly SeenRequest[];
  readonly fault: (fault: Fault) => void;
  readonly onCall: (handler: CallHandler) => void;
  /** A new access token; with seconds below zero one that has expired. */
  readonly mint: (seconds?: number) => string;
  readonly idToken: (audience: string) => string;
  /** Every access token given so far is no longer valid. */
  readonly expireTokens: () => void;
  readonly dispose: () => Promise<void>;
}

export async function startGoogle(options: GoogleOptions = {}): Promise<GoogleFake> {
  const world = new World(options);
  const server = new GoogleServer(world);
  await server.start();
  return {
    url: world.origin,
    requests: world.requests,
    token: world.mint(world.owner, 3600),
    world,
    project: (id) => projectOf(world, id),
    seen: (method, path) => world.requests.filter((one) => one.method === method && path.test(one.path)),
    fault: (fault) => void server.faults.push({ fault, left: fault.times ?? 1 }),
    onCall: (handler) => void (server.handler = handler),
    mint: (seconds) => world.mint(world.owner, seconds),
    idToken: (audience) => idToken(world, world.owner, audience),
    expireTokens: () => world.tokens.clear(),
    dispose: () => server.stop(),
  };
}

function projectOf(world: World, id: string): FakeProject {
  const found = world.projects.get(id) ?? new FakeProject(world, id);
  world.projects.set(id, found);
  return found;
}
