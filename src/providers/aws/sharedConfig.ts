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
export function signIn(config: SharedConfig, name: string): string {
  const program = signInProgram(config, name);
  if (program) return `run "${program.join(' ')}"`;
  const source = sourceOf(config, name);
  if (config.profiles.get(source)?.['credential_process']) return `check the program that "credential_process" of profile "${source}" names`;
  return `run "aws configure --profile ${source}" or "aws configure sso --profile ${source}"`;
}

/** The program that asks the user to sign in, for a profile that has one. */
export function signInProgram(config: SharedConfig, name: string): readonly string[] | undefined {
  const source = sourceOf(config, name);
  const profile = config.profiles.get(source) ?? {};
  if (profile['sso_session'] ?? profile['sso_start_url']) return ['aws', 'sso', 'login', '--profile', source];
  return profile['login_session'] ? ['aws', 'login', '--profile', source] : undefined;
}

/** The profile whose credentials a profile uses in the end. */
function sourceOf(config: SharedConfig, name: string, seen: readonly string[] = []): string {
  const profile = config.profiles.get(name) ?? {};
  const source = profile['source_profile'];
  return profile['role_arn'] && source && source !== name && !seen.includes(source) ? sourceOf(config, source, [...seen, name]) : name;
}
