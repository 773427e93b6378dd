import { ProviderError } from '../../core/errors';

/** An address that somebody chose instead of Google's own. */
export interface Endpoint {
  readonly url: string;
  /** Who chose it, as a sentence names it. */
  readonly origin: string;
}

/** The APIs that are asked, by the first part of their host names. */
export const services = ['cloudfunctions', 'run', 'logging', 'cloudresourcemanager', 'iamcredentials', 'sts'] as const;
export type ServiceName = (typeof services)[number];

/** The APIs that decide whether everything stays on one machine: the others only help to sign in or to choose. */
const main: readonly ServiceName[] = ['cloudfunctions', 'run', 'logging'];

/** Where to send a service's requests; `undefined` for Google itself. The setting wins over gcloud's own variables. */
export function findEndpoint(service: ServiceName, setting: string | undefined, environment: NodeJS.ProcessEnv): Endpoint | undefined {
  const variable = `CLOUDSDK_API_ENDPOINT_OVERRIDES_${service.toUpperCase()}`;
  const url = setting || environment[variable];
  return url ? { url: url.replace(/\/+$/, ''), origin: setting ? 'the setting functionDeck.gcp.endpoint' : variable } : undefined;
}

/** Throws `ProviderError` for an address that is none, or that would carry a token over the open network. */
export function checkEndpoint(endpoint: Endpoint | undefined): void {
  if (!endpoint) return;
  const { url, origin } = endpoint;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new ProviderError('invalid', `"${url}" is no address of a server; correct ${origin}, for example to http://127.0.0.1:8080.`);
  }
  if (!isSafe(url)) throw new ProviderError('invalid', `"${url}" would send your Google token unencrypted; correct ${origin} to an https address or one of this machine.`);
}

/** Whether a token may travel there. */
export function isSafe(url: string | URL): boolean {
  return new URL(url).protocol === 'https:' || isLoopback(url);
}

export function isLoopback(url: string | URL): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** Whether the requests for functions and their logs all stay on this machine. */
export function isAllLoopback(setting: string | undefined, environment: NodeJS.ProcessEnv): boolean {
  const urls = main.map((service) => findEndpoint(service, setting, environment)?.url);
  return urls.every((url) => url !== undefined && URL.canParse(url) && isLoopback(url));
}
