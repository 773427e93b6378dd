import type { Section, SharedConfig } from './sharedConfig';

/** An address that somebody chose instead of AWS's own. */
export interface Endpoint {
  readonly url: string;
  /** Who chose it, as a sentence names it. */
  readonly origin: string;
}

export type ServiceName = 'lambda' | 'logs' | 'iam';

/** The names that the environment and the shared configuration have for a service. */
const names: Readonly<Record<ServiceName, string>> = { lambda: 'lambda', logs: 'cloudwatch_logs', iam: 'iam' };

/**
 * Where to send a service's requests; `undefined` for AWS itself. The order is the setting, the environment (a service's own
 * address before the common one), the profile's `services` section, the profile. The SDK reads a profile's address only when
 * that profile is chosen by AWS_PROFILE, which is why it is read here.
 */
export function findEndpoint(
  service: ServiceName,
  setting: string | undefined,
  environment: NodeJS.ProcessEnv,
  config: SharedConfig,
  profile: string | undefined,
): Endpoint | undefined {
  if (setting) return { url: setting, origin: 'the setting functionDeck.aws.endpoint' };
  const section = (profile === undefined ? undefined : config.profiles.get(profile)) ?? {};
  const ignored = environment['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'] ?? section['ignore_configured_endpoint_urls'];
  if (ignored === 'true') return undefined;
  return fromEnvironment(names[service], environment) ?? fromProfile(names[service], section, config, profile ?? '');
}

function fromEnvironment(name: string, environment: NodeJS.ProcessEnv): Endpoint | undefined {
  // The project's own short spelling beside the SDK's.
  const own = name === 'cloudwatch_logs' ? ['AWS_ENDPOINT_URL_LOGS'] : [];
  for (const variable of [`AWS_ENDPOINT_URL_${name.toUpperCase()}`, ...own, 'AWS_ENDPOINT_URL']) {
    const url = environment[variable];
    if (url) return { url, origin: variable };
  }
  return undefined;
}

function fromProfile(name: string, section: Section, config: SharedConfig, profile: string): Endpoint | undefined {
  const services = section['services'];
  const own = services === undefined ? undefined : config.services.get(services)?.[`${name}.endpoint_url`];
  const url = own ?? section['endpoint_url'];
  return url ? { url, origin: `"endpoint_url" of profile "${profile}"` } : undefined;
}

export function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
