import { createHash } from 'node:crypto';
import { throwIfAborted } from '../../core/errors';
import type { ProviderHost } from '../../core/host';
import type { CallOptions } from '../../core/provider';
import { type Access, Connection, type Patience } from './client';
import { type Credentials, makeCredentials } from './credentials';
import { findSource, type Source } from './credentialSource';
import { checkEndpoint, findEndpoint, isAllLoopback, type ServiceName, services } from './endpoints';
import { parseScope } from './names';
import type { Routes } from './transport';

/** The variables that decide who asks whom. */
const variables = /^(GOOGLE_|GCLOUD_|CLOUDSDK_|GCE_METADATA_)/;

interface Open {
  /** A hash of what everything was made from: another one means other files, settings or variables. */
  readonly from: string;
  readonly credentials: Credentials;
  readonly connections: Map<string, Connection>;
}

/** The connections of all projects, renewed when what they were made from changes. */
export class Connections {
  #open?: Open;

  constructor(
    readonly host: ProviderHost,
    readonly patience: Patience,
  ) {}

  /** Throws `ProviderError` when there are no credentials. */
  async to(scope: string, { signal }: CallOptions): Promise<Connection> {
    throwIfAborted(signal);
    const { project } = parseScope(scope);
    const { connections, credentials } = await this.#current();
    const known = connections.get(project);
    if (known) return known;
    const connection = new Connection(this.#access(project, credentials));
    connections.set(project, connection);
    return connection;
  }

  async #current(): Promise<Open> {
    for (const service of services) checkEndpoint(this.#endpoint(service));
    const source = await findSource(process.env, isAllLoopback(this.#setting, process.env));
    const from = this.#from(source);
    if (this.#open?.from === from) return this.#open;
    return (this.#open = { from, credentials: makeCredentials(source, { environment: process.env, routes: this.#routes() }), connections: new Map() });
  }

  #routes(): Omit<Routes, 'token'> {
    const endpoint = (service: string): string | undefined => (isService(service) ? this.#endpoint(service)?.url : undefined);
    return { endpoint, domains: ['googleapis.com', process.env['GOOGLE_CLOUD_UNIVERSE_DOMAIN'] ?? ''], readMs: this.patience.readMs };
  }

  #from(source: Source): string {
    const around = Object.entries(process.env).filter(([name]) => variables.test(name));
    return createHash('sha256').update(JSON.stringify([source, around, this.#setting])).digest('base64');
  }

  #access(project: string, credentials: Credentials): Access {
    const { identity, signIn, signInProgram } = credentials;
    return { project, identity, signIn, signInProgram, credentials, endpoint: (service) => this.#endpoint(service), patience: this.patience };
  }

  #endpoint(service: ServiceName): ReturnType<typeof findEndpoint> {
    return findEndpoint(service, this.#setting, process.env);
  }

  get #setting(): string | undefined {
    return this.host.setting<string>('gcp.endpoint');
  }
}

function isService(name: string): name is ServiceName {
  return (services as readonly string[]).includes(name);
}
