import { createHash } from 'node:crypto';
import { fromEnv, fromIni, fromNodeProviderChain } from '@aws-sdk/credential-providers';
import { ProviderError } from '../../core/errors';
import type { ProviderHost } from '../../core/host';
import { type Access, Connection, type Patience } from './client';
import { findEndpoint, type ServiceName } from './endpoints';
import { price } from './price';
import { environmentProfile, hasEnvironmentCredentials, isAllLoopback, parseScope } from './scopes';
import { hasCredentials, readSharedConfig, type SharedConfig, signIn, signInProgram } from './sharedConfig';

interface Open {
  /** A hash of what the connection was made from: another one means other files, settings or variables. */
  readonly from: string;
  readonly connection: Connection;
}

/** The connections of all scopes, each renewed when what it was made from changes. */
export class Connections {
  readonly #open = new Map<string, Open>();

  constructor(
    readonly host: ProviderHost,
    readonly patience: Patience,
  ) {}

  /** Throws `ProviderError` when the scope's profile is gone. */
  async to(scope: string): Promise<Connection> {
    const config = await readSharedConfig();
    const from = this.#from(config);
    const known = this.#open.get(scope);
    if (known?.from === from) return known.connection;
    const connection = new Connection({ ...findAccess(this.host, scope, config), patience: this.patience });
    this.#open.set(scope, { from, connection });
    return connection;
  }

  #from({ profiles, services }: SharedConfig): string {
    const variables = Object.entries(process.env).filter(([name]) => name.startsWith('AWS_'));
    const all = JSON.stringify([[...profiles], [...services], variables, this.host.setting('aws.endpoint')]);
    return createHash('sha256').update(all).digest('base64');
  }
}

function findAccess(host: ProviderHost, scope: string, config: SharedConfig): Omit<Access, 'patience'> {
  const { profile, region } = parseScope(scope);
  const endpoint = (service: ServiceName) => findEndpoint(service, host.setting('aws.endpoint'), process.env, config, profile);
  for (const service of ['lambda', 'logs', 'iam'] as const) checkEndpoint(endpoint(service));
  const chosen = endpoint('lambda');
  return {
    provider: 'aws',
    scope,
    region,
    system: 'AWS',
    unreachable: chosen ? `start the server there or correct ${chosen.origin}` : 'check the network connection',
    endpoint,
    price,
    ...identify(profile, config, isAllLoopback(config, profile, host.setting('aws.endpoint'), process.env)),
  };
}

function checkEndpoint(endpoint: ReturnType<typeof findEndpoint>): void {
  if (!endpoint) return;
  if (URL.canParse(endpoint.url) && /^https?:$/.test(new URL(endpoint.url).protocol)) return;
  throw new ProviderError('invalid', `"${endpoint.url}" is no address of a server; correct ${endpoint.origin}, for example to http://127.0.0.1:4566.`);
}

type Identity = Pick<Access, 'identity' | 'signIn' | 'signInProgram' | 'credentials' | 'profile'>;

function identify(profile: string, config: SharedConfig, isHere: boolean): Identity {
  if (profile === environmentProfile && hasEnvironmentCredentials(process.env)) return fromEnvironment();
  const section = config.profiles.get(profile);
  if (!hasCredentials(section ?? {}) && isHere && (section || profile === 'default')) return forTests(profile);
  if (!section) {
    throw new ProviderError('auth', `There is no AWS profile "${profile}"; run "aws configure --profile ${profile}" or choose another scope.`);
  }
  const named = { identity: `Profile "${profile}"`, signIn: signIn(config, profile), signInProgram: signInProgram(config, profile), profile };
  // A default profile without credentials is common where the machine itself brings some: look everywhere then.
  const anywhere = profile === 'default' && !hasCredentials(section);
  return { ...named, credentials: anywhere ? fromNodeProviderChain() : fromIni({ profile }) };
}

/** A server on this machine seldom minds who asks, but the SDK signs nothing without credentials. */
function forTests(profile: string): Identity {
  return {
    identity: `Profile "${profile}" without credentials`,
    signIn: `give it the server's own keys with "aws configure --profile ${profile}"`,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
}

function fromEnvironment(): Identity {
  const keys = process.env['AWS_ACCESS_KEY_ID'] !== undefined;
  return {
    identity: 'The environment',
    signIn: 'set fresh AWS_… variables and start the editor anew',
    credentials: keys ? fromEnv() : fromNodeProviderChain(),
  };
}
