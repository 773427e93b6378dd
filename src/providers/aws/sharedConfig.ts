import { loadSharedConfigFiles } from '@smithy/core/config';

export type Section = Readonly<Record<string, string | undefined>>;

/** The user's shared configuration: both files, at the places that the environment names. */
export interface SharedConfig {
  /** By name, in the files' order. */
  readonly profiles: ReadonlyMap<string, Section>;
  /** The `[services name]` sections, by name. */
  readonly services: ReadonlyMap<string, Section>;
}

/** Reads the files anew, and with that refreshes the SDK's own cache of them. */
export async function readSharedConfig(): Promise<SharedConfig> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles({ ignoreCache: true });
  const profiles = new Map<string, Section>();
  const services = new Map<string, Section>();
  for (const [name, section] of Object.entries(configFile)) {
    if (name.startsWith('services.')) services.set(name.slice('services.'.length), section);
    else if (!name.startsWith('sso-session.')) profiles.set(name, section);
  }
  for (const [name, section] of Object.entries(credentialsFile)) {
    profiles.set(name, { ...profiles.get(name), ...section });
  }
  return { profiles, services };
}

const credentialKeys = [
  'aws_access_key_id',
  'role_arn',
  'credential_source',
  'credential_process',
  'web_identity_token_file',
  'sso_session',
  'sso_start_url',
  'login_session',
];

/** Whether the profile itself says where its credentials come from. */
export function hasCredentials(profile: Section): boolean {
  return credentialKeys.some((key) => profile[key] !== undefined);
}

/** What the user does to get fresh credentials for a profile; a role's are those of its source. */
export function signIn(config: SharedConfig, name: string, seen: readonly string[] = []): string {
  const profile = config.profiles.get(name) ?? {};
  const source = profile['source_profile'];
  if (profile['role_arn'] && source && source !== name && !seen.includes(source)) return signIn(config, source, [...seen, name]);
  if (profile['sso_session'] ?? profile['sso_start_url']) return `run "aws sso login --profile ${name}"`;
  if (profile['login_session']) return `run "aws login --profile ${name}"`;
  if (profile['credential_process']) return `check the program that "credential_process" of profile "${name}" names`;
  return `run "aws configure --profile ${name}" or "aws configure sso --profile ${name}"`;
}
