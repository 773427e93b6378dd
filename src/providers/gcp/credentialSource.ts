import path from 'node:path';
import { gcpMetadata } from 'google-auth-library';
import { ProviderError } from '../../core/errors';
import { cloudSdkFolder, textOf } from './cloudSdk';

/** A file of Application Default Credentials, as far as it is looked at here. */
export type CredentialFile = Readonly<Record<string, unknown>> & { readonly type?: unknown };

/** Where the credentials come from. */
export type Source =
  | { readonly kind: 'token'; readonly token: string; readonly file: string }
  | { readonly kind: 'file'; readonly json: CredentialFile; readonly file: string }
  | { readonly kind: 'machine' }
  | { readonly kind: 'test' };

type Environment = NodeJS.ProcessEnv;

export const signInProgram: readonly string[] = ['gcloud', 'auth', 'application-default', 'login'];
export const signIn = `run "${signInProgram.join(' ')}"`;

/**
 * Looks where Google's libraries look, and where gcloud itself is told of a token. Asks no server: whether this is a machine
 * of Google's is seen in its own files and variables, as asking costs seconds wherever nothing answers.
 * https://cloud.google.com/docs/authentication/application-default-credentials
 */
export async function findSource(environment: Environment, isHere: boolean): Promise<Source> {
  const found = (await fromTokenFile(environment)) ?? (await fromFile(environment));
  if (found) return found;
  // A server on this machine seldom minds who asks.
  if (isHere) return { kind: 'test' };
  if (environment['GCE_METADATA_HOST'] || environment['GCE_METADATA_IP'] || gcpMetadata.getGCPResidency()) return { kind: 'machine' };
  throw new ProviderError('auth', `No Google credentials were found; ${signIn} and try again.`, { signIn: signInProgram });
}

/** https://cloud.google.com/sdk/gcloud/reference#--access-token-file */
async function fromTokenFile(environment: Environment): Promise<Source | undefined> {
  const file = environment['CLOUDSDK_AUTH_ACCESS_TOKEN_FILE'];
  if (!file) return undefined;
  const token = (await textOf(file))?.trim();
  if (token && !/[^\x21-\x7e]/.test(token)) return { kind: 'token', token, file };
  throw new ProviderError('auth', `There is no access token in "${file}"; write one there or unset CLOUDSDK_AUTH_ACCESS_TOKEN_FILE.`);
}

async function fromFile(environment: Environment): Promise<Source | undefined> {
  const named = environment['GOOGLE_APPLICATION_CREDENTIALS'];
  const folder = cloudSdkFolder(environment);
  const file = named || (folder && path.join(folder, 'application_default_credentials.json'));
  const text = file ? await textOf(file) : undefined;
  if (file && text !== undefined) return { kind: 'file', json: parse(text, file), file };
  if (!named) return undefined;
  throw new ProviderError('auth', `There is no file "${named}"; correct GOOGLE_APPLICATION_CREDENTIALS, or unset it and ${signIn}.`, { signIn: signInProgram });
}

function parse(text: string, file: string): CredentialFile {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as CredentialFile;
  } catch (error) {
    throw strangeFile(file, error);
  }
  throw strangeFile(file);
}

export function strangeFile(file: string, cause?: unknown): ProviderError {
  return new ProviderError('auth', `"${file}" holds no Google credentials; ${signIn} or name another file in GOOGLE_APPLICATION_CREDENTIALS.`, { cause, signIn: signInProgram });
}

/** The project that the credentials themselves belong to. */
export function projectOf(source: Source): string | undefined {
  return source.kind === 'file' ? textIn(source.json, 'project_id') : undefined;
}

/** The project that pays for what the credentials' owner asks; gcloud writes the current one there when the user signs in. */
export function quotaProjectOf(source: Source): string | undefined {
  return source.kind === 'file' ? textIn(source.json, 'quota_project_id') : undefined;
}

export function textIn(json: CredentialFile, name: string): string | undefined {
  const value = json[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
