import { throwIfAborted } from '../../core/errors';
import type { ProviderHost } from '../../core/host';
import type { ConfigureFacet, ConfigureSetting } from '../../core/provider';
import { regions } from './regions';
import { profileNames } from './scopes';
import { readSharedConfig, type Section, type SharedConfig } from './sharedConfig';

/** Which profiles, which regions, which server. */
export function configure(host: ProviderHost): ConfigureFacet {
  return {
    settings: async ({ signal }) => {
      throwIfAborted(signal);
      const profiles = askProfiles(host, await readSharedConfig());
      const isChoice = profiles.values.length + profiles.picked.length > 0;
      return [...(isChoice ? [profiles] : []), askRegions(host), askEndpoint(host)];
    },
  };
}

function askProfiles(host: ProviderHost, config: SharedConfig): ConfigureSetting {
  const names = profileNames(config, process.env);
  return {
    key: 'aws.profiles',
    kind: 'many',
    label: 'Profiles',
    whenEmpty: 'all profiles',
    values: names.map((value) => ({ value, note: profileNote(config.profiles.get(value)) })),
    picked: host.setting<string[]>('aws.profiles') ?? [],
    pattern: /^[^\s[\]]+$/,
    example: 'default',
  };
}

function profileNote(section: Section | undefined): string {
  if (!section) return 'AWS_… variables';
  const { sso_session, sso_start_url, role_arn, region } = section;
  const way = (sso_session ?? sso_start_url) ? 'SSO' : role_arn ? 'role' : '';
  return [region, way].filter(Boolean).join(' · ');
}

function askRegions(host: ProviderHost): ConfigureSetting {
  return {
    key: 'aws.regions',
    kind: 'many',
    label: 'Regions',
    whenEmpty: "each profile's own region",
    values: regions.map(([value, note]) => ({ value, note })),
    picked: host.setting<string[]>('aws.regions') ?? [],
    pattern: /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/,
    example: 'eu-west-1',
  };
}

function askEndpoint(host: ProviderHost): ConfigureSetting {
  const url = host.setting<string>('aws.endpoint');
  return {
    key: 'aws.endpoint',
    kind: 'one',
    label: 'Server',
    whenEmpty: 'AWS, or what AWS_ENDPOINT_URL or the profile names',
    values: [{ value: 'http://127.0.0.1:4566', note: 'where LocalStack listens' }],
    picked: url ? [url] : [],
    pattern: /^https?:\/\/[^\s/]+(\/\S*)?$/,
    example: 'http://127.0.0.1:5000',
  };
}
