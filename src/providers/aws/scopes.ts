import { ProviderError } from '../../core/errors';
import type { Scope } from '../../core/provider';
import { findEndpoint, isLoopback } from './endpoints';
import { readSharedConfig, type SharedConfig } from './sharedConfig';

/** The name of the scope that takes its credentials from the environment instead of a profile. */
export const environmentProfile = 'environment';

/** What decides which scopes there are. */
export interface Wishes {
  /** The setting `aws.profiles`; empty for all. */
  readonly profiles: readonly string[];
  /** The setting `aws.regions`; empty for each profile's own. */
  readonly regions: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** The setting `aws.endpoint`. */
  readonly endpoint: string | undefined;
}

interface Place {
  readonly region: string;
  readonly note?: string;
}

/** Profiles of the shared configuration, each with the regions to look in. Asks no server. */
export async function scopes(wishes: Wishes): Promise<readonly Scope[]> {
  const config = await readSharedConfig();
  const found = profileNames(config, wishes.environment);
  const isHere = isAllLoopback(config, 'default', wishes.endpoint, wishes.environment);
  // A server on this machine wants no account, so there need not be a profile.
  const names = found.length === 0 && isHere ? ['default'] : found;
  if (names.length === 0) throw new ProviderError('auth', 'No AWS profile was found; run "aws configure" or "aws configure sso" and refresh.');
  const chosen = names.filter((name) => wishes.profiles.length === 0 || wishes.profiles.includes(name));
  if (chosen.length === 0) {
    const wanted = wishes.profiles.map((name) => `"${name}"`).join(', ');
    throw new ProviderError('auth', `None of the profiles ${wanted} exists; correct the setting functionDeck.aws.profiles or run "aws configure".`);
  }
  return chosen.flatMap((name) => places(config, name, wishes).map((place) => toScope(name, place, serverOf(config, name, wishes))));
}

/** Whether a profile's requests all stay on this machine. */
export function isAllLoopback(config: SharedConfig, profile: string, setting: string | undefined, environment: NodeJS.ProcessEnv): boolean {
  const urls = (['lambda', 'logs', 'iam'] as const).map((service) => findEndpoint(service, setting, environment, config, profile)?.url);
  return urls.every((url) => url !== undefined && URL.canParse(url) && isLoopback(url));
}

export function profileNames(config: SharedConfig, environment: NodeJS.ProcessEnv): readonly string[] {
  const names = [...config.profiles.keys()];
  const first = environment['AWS_PROFILE'];
  const sorted = first !== undefined && names.includes(first) ? [first, ...names.filter((name) => name !== first)] : names;
  return hasEnvironmentCredentials(environment) ? [environmentProfile, ...sorted.filter((name) => name !== environmentProfile)] : sorted;
}

export function hasEnvironmentCredentials(environment: NodeJS.ProcessEnv): boolean {
  const keys = environment['AWS_ACCESS_KEY_ID'] && environment['AWS_SECRET_ACCESS_KEY'];
  const container = environment['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'] ?? environment['AWS_CONTAINER_CREDENTIALS_FULL_URI'];
  const token = environment['AWS_WEB_IDENTITY_TOKEN_FILE'];
  return Boolean(keys || container || token);
}

function places(config: SharedConfig, name: string, { regions, environment }: Wishes): readonly Place[] {
  if (regions.length > 0) return [...new Set(regions)].map((region) => ({ region }));
  const own = config.profiles.get(name)?.['region'];
  const fromEnvironment = environment['AWS_REGION'] ?? environment['AWS_DEFAULT_REGION'];
  // A profile's own region wins, except where the credentials themselves come from the environment.
  const region = name === environmentProfile ? (fromEnvironment ?? own) : (own ?? fromEnvironment);
  return [region ? { region } : { region: 'us-east-1', note: 'no region is configured' }];
}

/** Another server than AWS's own, so that nobody takes one for the other. */
function serverOf(config: SharedConfig, name: string, { endpoint, environment }: Wishes): string | undefined {
  const url = findEndpoint('lambda', endpoint, environment, config, name)?.url;
  return url !== undefined && URL.canParse(url) ? `on ${new URL(url).host}` : undefined;
}

function toScope(name: string, { region, note }: Place, server: string | undefined): Scope {
  return { id: `${name}/${region}`, label: `${name} · ${region}`, description: server ?? note };
}

/** The profile and the region that a scope's id names. */
export function parseScope(id: string): { readonly profile: string; readonly region: string } {
  const slash = id.lastIndexOf('/');
  // The region becomes part of a host name.
  if (slash > 0 && /^[a-z0-9-]{1,40}$/.test(id.slice(slash + 1))) return { profile: id.slice(0, slash), region: id.slice(slash + 1) };
  throw new ProviderError('invalid', `"${id}" is no AWS scope; write it as profile/region, for example default/us-east-1.`);
}
