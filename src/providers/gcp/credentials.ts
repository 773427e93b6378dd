import { type AuthClient, Compute, ExternalAccountAuthorizedUserClient, ExternalAccountClient, Impersonated, JWT, OAuth2Client, UserRefreshClient } from 'google-auth-library';
import { type CredentialFile, signIn, signInProgram, type Source, strangeFile, textIn } from './credentialSource';
import { external, impersonation } from './federation';
import { type Routes, transport } from './transport';

/** Who asks, and how a sentence names that. */
export interface Credentials {
  readonly client: AuthClient;
  /** On whose behalf the client asks for its tokens, where that is another one. */
  readonly source?: AuthClient;
  /** Begins a sentence: `Your Google account`. */
  readonly identity: string;
  /** What to do when the credentials are no good. */
  readonly signIn: string;
  readonly signInProgram?: readonly string[];
  /** A token for whoever checks who calls; absent where there is no way to get one. */
  readonly idToken?: (audience: string) => Promise<string>;
}

/** What may differ between machines, beside the credentials. */
export interface World {
  readonly environment: NodeJS.ProcessEnv;
  readonly routes: Omit<Routes, 'token'>;
}

export const scopes = ['https://www.googleapis.com/auth/cloud-platform'];

const user = { identity: 'Your Google account', signIn, signInProgram };

/** Throws `ProviderError` when the credentials are of no use. */
export function makeCredentials(source: Source, world: World): Credentials {
  const transporter = transport(world.routes);
  switch (source.kind) {
    case 'token':
      return { identity: `The access token in ${source.file}`, signIn: 'write a fresh token there', client: bearer(source.token, world) };
    case 'test':
      return { identity: 'Nobody in particular', signIn, signInProgram, client: bearer('test', world), idToken: async () => 'test' };
    case 'machine': {
      const client = new Compute({ scopes, transporter });
      return { identity: "This machine's service account", signIn: 'give the machine a service account', client, idToken: (audience) => client.fetchIdToken(audience) };
    }
    default:
      return fromFile(source.json, source.file, world);
  }
}

function bearer(token: string, { routes }: World): OAuth2Client {
  const client = new OAuth2Client({ transporter: transport(routes) });
  client.setCredentials({ access_token: token });
  return client;
}

type Make = (json: CredentialFile, file: string, world: World) => Credentials;

const kinds: Readonly<Record<string, Make>> = {
  authorized_user: fromUser,
  service_account: fromServiceAccount,
  external_account: fromExternal,
  external_account_authorized_user: fromExternalUser,
  impersonated_service_account: fromImpersonated,
};

function fromFile(json: CredentialFile, file: string, world: World): Credentials {
  const make = Object.hasOwn(kinds, String(json.type)) ? kinds[String(json.type)] : undefined;
  if (!make) throw strangeFile(file);
  try {
    const made = make(json, file, world);
    const quota = world.environment['GOOGLE_CLOUD_QUOTA_PROJECT'];
    if (quota) made.client.quotaProjectId = quota;
    return made;
  } catch (error) {
    if (error instanceof Error && error.name === 'ProviderError') throw error;
    throw strangeFile(file, error);
  }
}

/** Where tokens are asked for: the libraries know Google's own address only, which a file and gcloud's variable may replace. */
function tokenAddress(json: CredentialFile, { environment }: World): string | undefined {
  return environment['CLOUDSDK_AUTH_TOKEN_HOST'] || textIn(json, 'token_uri');
}

function fromUser(json: CredentialFile, _file: string, world: World): Credentials {
  const client = new UserRefreshClient({ transporter: transport({ ...world.routes, token: tokenAddress(json, world) }) });
  client.fromJSON(json as Parameters<UserRefreshClient['fromJSON']>[0]);
  return { ...user, client, idToken: (audience) => client.fetchIdToken(audience) };
}

function fromServiceAccount(json: CredentialFile, file: string, world: World): Credentials {
  const token = tokenAddress(json, world);
  const client = new JWT({ scopes, transporter: transport({ ...world.routes, token }) });
  client.fromJSON(json as Parameters<JWT['fromJSON']>[0]);
  // Google takes a token that the account signed itself, which saves a request; another server knows only those it gave.
  client.useJWTAccessWithScope = token === undefined || /^https:\/\/(oauth2|www|accounts)\.google(apis)?\.com\//.test(token);
  return { identity: `Service account ${client.email}`, signIn: `give it a new key in ${file}`, client, idToken: (audience) => client.fetchIdToken(audience) };
}

function fromExternal(json: CredentialFile, file: string, world: World): Credentials {
  const source = ExternalAccountClient.fromJSON({ ...external(json, file, world), transporter: transport(world.routes) } as Parameters<typeof ExternalAccountClient.fromJSON>[0]);
  if (!source) throw strangeFile(file);
  const renewal = { signIn: `renew the credentials that ${file} leads to` };
  const url = textIn(json, 'service_account_impersonation_url');
  return url === undefined ? { identity: `The workload of ${file}`, ...renewal, client: source } : { ...actAs(source, url, json, file, world), ...renewal };
}

function fromExternalUser(json: CredentialFile, file: string, world: World): Credentials {
  const options = { ...external(json, file, world), transporter: transport(world.routes) };
  return { ...user, client: new ExternalAccountAuthorizedUserClient(options as ConstructorParameters<typeof ExternalAccountAuthorizedUserClient>[0]) };
}

function fromImpersonated(json: CredentialFile, file: string, world: World): Credentials {
  const inner = json['source_credentials'];
  const url = textIn(json, 'service_account_impersonation_url');
  if (typeof inner !== 'object' || inner === null || url === undefined) throw strangeFile(file);
  const source = fromFile(inner as CredentialFile, file, world);
  return { ...actAs(source.client, url, json, file, world), signIn: source.signIn, signInProgram: source.signInProgram };
}

function actAs(sourceClient: AuthClient, url: string, json: CredentialFile, file: string, world: World): Omit<Credentials, 'signIn'> {
  const { account, endpoint, lifetime, delegates } = impersonation(url, json, file);
  const client = new Impersonated({ sourceClient, targetPrincipal: account, targetScopes: scopes, endpoint, lifetime, delegates, transporter: transport(world.routes) });
  client.quotaProjectId = textIn(json, 'quota_project_id');
  return { identity: `Service account ${account}`, client, source: sourceClient, idToken: (audience) => client.fetchIdToken(audience, { includeEmail: true }) };
}
