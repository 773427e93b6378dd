import { createHash, randomBytes, randomUUID, type KeyObject } from 'node:crypto';
import { ApiError } from './errors';
import type { FakeProject } from './project';

export interface Identity {
  readonly email: string;
  readonly kind: 'user' | 'serviceAccount';
}

export interface Token extends Identity {
  readonly expiresAt: number;
}

export interface SeenRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  readonly bytes: Buffer;
  /** What was answered; 0 while there is no answer, or when the connection was cut. */
  readonly status: number;
}

export interface GoogleOptions {
  /** How long each stage of a change takes; 10 by default. */
  readonly stageMs?: number;
  /** How long a new function is missing from lists; 0 by default. */
  readonly listLagMs?: number;
  /** How long a written log entry cannot be found; 0 by default. */
  readonly logLagMs?: number;
  /** How many entries:list a project may ask for in one window; 60 in 60 s by default. */
  readonly logReads?: { readonly count: number; readonly windowMs: number };
  readonly locations?: readonly string[];
  readonly requireAuth?: boolean;
  /** How long tokens of the token endpoints live; 3600 by default. */
  readonly tokenSeconds?: number;
}

export const defaultLocations: readonly string[] = (
  'africa-south1 asia-east1 asia-east2 asia-northeast1 asia-northeast2 asia-northeast3 asia-south1 asia-south2 asia-southeast1 asia-southeast2 ' +
  'australia-southeast1 australia-southeast2 europe-central2 europe-north1 europe-southwest1 europe-west1 europe-west10 europe-west12 europe-west2 europe-west3 ' +
  'europe-west4 europe-west6 europe-west8 europe-west9 me-central1 me-central2 me-west1 northamerica-northeast1 northamerica-northeast2 northamerica-south1 ' +
  'southamerica-east1 southamerica-west1 us-central1 us-east1 us-east4 us-east5 us-south1 us-west1 us-west2 us-west3 us-west4'
).split(' ').filter((name) => name !== 'us-east5');

/** Everything the fake knows, and its clock. */
export class World {
  origin = '';
  readonly projects = new Map<string, FakeProject>();
  readonly requests: SeenRequest[] = [];
  readonly tokens = new Map<string, Token>();
  /** Public keys of service accounts, by e-mail. */
  readonly keys = new Map<string, KeyObject>();
  /** What was put at signed URLs, by `bucket/object`. */
  readonly objects = new Map<string, Buffer>();
  readonly refreshTokens = new Set<string>();
  readonly subjectTokens = new Set<string>();
  /** Service accounts that callers may act as. */
  readonly impersonable = new Set<string>();
  readonly owner: Identity = { email: 'dev@example.com', kind: 'user' };
  readonly secret = randomBytes(32);
  readonly stageMs: number;
  readonly listLagMs: number;
  readonly logLagMs: number;
  readonly logReads: { readonly count: number; readonly windowMs: number };
  readonly locations: readonly string[];
  readonly requireAuth: boolean;
  tokenSeconds: number;

  constructor(options: GoogleOptions) {
    this.stageMs = options.stageMs ?? 10;
    this.listLagMs = options.listLagMs ?? 0;
    this.logLagMs = options.logLagMs ?? 0;
    this.logReads = options.logReads ?? { count: 60, windowMs: 60_000 };
    this.locations = options.locations ?? defaultLocations;
    this.requireAuth = options.requireAuth ?? true;
    this.tokenSeconds = options.tokenSeconds ?? 3600;
  }

  /** A project by its id or its number. */
  find(idOrNumber: string): FakeProject {
    const found = this.projects.get(idOrNumber) ?? [...this.projects.values()].find((project) => project.number === idOrNumber);
    if (found) return found;
    throw new ApiError('PERMISSION_DENIED', `Permission denied on resource project ${idOrNumber}.`, [
      { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'CONSUMER_INVALID', domain: 'googleapis.com', metadata: { consumer: `projects/${idOrNumber}` } },
    ]);
  }

  /** Brings everything that takes time up to now. */
  settle(): void {
    for (const project of this.projects.values()) project.settle(Date.now());
  }

  mint(identity: Identity, seconds = this.tokenSeconds): string {
    const token = `ya29.fake-${randomUUID()}`;
    this.tokens.set(token, { email: identity.email, kind: identity.kind, expiresAt: Date.now() + seconds * 1000 });
    return token;
  }
}

let last = 0;

/** RFC 3339 with microseconds; never the same twice, so that orders by time are certain. */
export function stamp(at = Date.now()): string {
  last = Math.max(last + 1, at * 1000);
  return instant(last);
}

export function instant(micros: number): string {
  return new Date(Math.floor(micros / 1000)).toISOString().replace('Z', `${String(micros % 1000).padStart(3, '0')}Z`);
}

export function numberOf(id: string): string {
  return String(100_000_000_000 + (createHash('sha256').update(id).digest().readUInt32BE(0) % 900_000_000));
}

/** Always with both of the letters in which the alphabets of base64 differ. */
export function etag(): string {
  return Buffer.concat([Buffer.from([0xfb, 0xef, 0xff]), randomBytes(6)]).toString('base64');
}
