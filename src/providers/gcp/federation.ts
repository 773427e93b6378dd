import { ProviderError } from '../../core/errors';
import { isSafe } from './endpoints';
import { type CredentialFile, strangeFile, textIn } from './credentialSource';
import type { World } from './credentials';

/**
 * The options of a client for an identity from elsewhere, without the service account that it may act as: that is a client of
 * its own, because only that one can also get ID tokens. https://google.aip.dev/auth/4117
 */
export function external(json: CredentialFile, file: string, { environment, routes }: World): Record<string, unknown> {
  const { executable } = Object(json['credential_source']) as { readonly executable?: unknown };
  if (executable !== undefined && environment['GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES'] !== '1') {
    throw new ProviderError('auth', `The credentials in "${file}" are got by a program; set GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES=1 and start the editor anew if you trust it.`);
  }
  const token_url = moved(textIn(json, 'token_url'), routes.endpoint('sts'));
  if (token_url !== undefined && (!URL.canParse(token_url) || !isSafe(token_url))) throw strangeFile(file);
  return { ...json, service_account_impersonation_url: undefined, token_url };
}

/** The library asks for these tokens past the transport that it is given. */
function moved(url = 'https://sts.googleapis.com/v1/token', endpoint: string | undefined): string {
  return endpoint === undefined ? url : url.replace(/^https:\/\/sts\.googleapis\.com/, endpoint);
}

export interface Impersonation {
  readonly account: string;
  readonly endpoint: string;
  readonly lifetime?: number;
  readonly delegates?: string[];
}

/** Whom to act as, and whom to ask for that. */
export function impersonation(url: string, json: CredentialFile, file: string): Impersonation {
  const [, endpoint, account] = /^(https?:\/\/[^/]+)\/v1\/projects\/-\/serviceAccounts\/([^/:]{1,200}):generateAccessToken$/.exec(url) ?? [];
  if (endpoint === undefined || account === undefined) throw strangeFile(file);
  const { token_lifetime_seconds: lifetime } = Object(json['service_account_impersonation']) as { readonly token_lifetime_seconds?: unknown };
  const delegates = Array.isArray(json['delegates']) ? json['delegates'].filter((one): one is string => typeof one === 'string') : [];
  return { account, endpoint, delegates, ...(typeof lifetime === 'number' && { lifetime }) };
}
