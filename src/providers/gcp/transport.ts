import http from 'node:http';
import https from 'node:https';
import { gaxios } from 'google-auth-library';
import { ProviderError } from '../../core/errors';
import { isLoopback, isSafe } from './endpoints';

type Prepared = gaxios.GaxiosOptionsPrepared;

/** Google's own address of a token endpoint, as the client libraries have it built in. */
const tokenUrl = 'https://oauth2.googleapis.com/token';

const fresh = { http: new http.Agent({ keepAlive: false }), https: new https.Agent({ keepAlive: false }) };

/** Where requests go instead of where Google's libraries would send them. */
export interface Routes {
  /** The address that replaces a service's own, by the first part of its host name. */
  readonly endpoint: (service: string) => string | undefined;
  /** Where Google's services are: one domain, and another one in clouds of their own. */
  readonly domains: readonly string[];
  /** The token endpoint that the credentials themselves name. */
  readonly token?: string | undefined;
  /** How long a request may take that brings no deadline of its own: one for a token. */
  readonly readMs: number;
}

/**
 * What sends every request of one kind of credentials. The libraries have no one place to say where to: some addresses are
 * options, some are built in, and what a credentials file names is ignored for some kinds of it.
 */
export function transport(routes: Routes): gaxios.Gaxios {
  const made = new gaxios.Gaxios({ noProxy: ['localhost', '127.0.0.1', '[::1]'] });
  made.interceptors.request.add({ resolved: async (options) => guard(redirect(options, routes), routes) });
  return made;
}

function redirect(options: Prepared, { endpoint, domains, token }: Routes): Prepared {
  const { url } = options;
  if (url.href === tokenUrl && token !== undefined) return move(options, new URL(token));
  const [service, ...domain] = url.hostname.split('.');
  const chosen = service !== undefined && domains.includes(domain.join('.')) ? endpoint(service) : undefined;
  return chosen === undefined ? options : move(options, new URL(`${chosen}${url.pathname}${url.search}`));
}

/** A proxy was chosen for the old address; the machine itself is reached without any. */
function move(options: Prepared, url: URL): Prepared {
  if (isLoopback(url)) delete options.agent;
  return Object.assign(options, { url });
}

function guard(options: Prepared, { readMs }: Routes): Prepared {
  const { url, headers, method = 'GET' } = options;
  // Other clouds' metadata services have no certificates: they are read with GET, and get none of our tokens.
  const isBare = method === 'GET' && !headers.has('authorization');
  if (!isSafe(url) && !isBare) throw new ProviderError('invalid', `"${url.origin}" would get your Google token unencrypted; use an https address or one of this machine.`);
  // A kept connection that the other side is just closing would leave us not knowing whether a change was read.
  if (method !== 'GET') options.agent ??= url.protocol === 'https:' ? fresh.https : fresh.http;
  options.signal ??= AbortSignal.timeout(readMs);
  // An answer that leads elsewhere is none of Google's, and nobody else is to get the token.
  options.redirect = 'manual';
  return options;
}
