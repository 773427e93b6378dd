import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import { newKey, newRefreshToken } from './auth';
import type { GoogleFake } from './index';
import type { Json } from './json';

export type CredentialKind = 'authorized_user' | 'service_account' | 'external_account' | 'impersonated_service_account';

const account = 'deployer@fake-project.iam.gserviceaccount.com';
const imitated = 'runner@fake-project.iam.gserviceaccount.com';

/** Writes an application default credentials file whose endpoints lead to the fake, and gives its path. */
export async function credentialsFile(fake: GoogleFake, folder: string, kind: CredentialKind): Promise<string> {
  const file = path.join(folder, `${kind}.json`);
  await writeFile(file, JSON.stringify(await content(fake, folder, kind), undefined, 2));
  return file;
}

async function content(fake: GoogleFake, folder: string, kind: CredentialKind): Promise<Json> {
  if (kind === 'authorized_user') return user(fake);
  if (kind === 'service_account') return serviceAccount(fake);
  return kind === 'external_account' ? external(fake, folder) : impersonated(fake);
}

/** gcloud's own file of this kind names no endpoint; the `token_uri` here is one that readers of it may honour. */
function user({ url, world }: GoogleFake): Json {
  return { type: 'authorized_user', client_id: 'fake.apps.googleusercontent.com', client_secret: 'fake-secret', refresh_token: newRefreshToken(world), token_uri: `${url}/token`, universe_domain: 'googleapis.com' };
}

function serviceAccount({ url, world }: GoogleFake): Json {
  return {
    type: 'service_account',
    project_id: 'fake-project',
    private_key_id: randomUUID().replaceAll('-', ''),
    private_key: newKey(world, account),
    client_email: account,
    client_id: '1',
    auth_uri: `${url}/auth`,
    token_uri: `${url}/token`,
    universe_domain: 'googleapis.com',
  };
}

async function external({ url, world }: GoogleFake, folder: string): Promise<Json> {
  const subject = path.join(folder, 'subject-token.txt');
  const token = `subject-${randomUUID()}`;
  world.subjectTokens.add(token);
  world.impersonable.add(imitated);
  await writeFile(subject, token);
  return {
    type: 'external_account',
    audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/fake',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: `${url}/v1/token`,
    service_account_impersonation_url: impersonationUrl(url),
    credential_source: { file: subject },
    universe_domain: 'googleapis.com',
  };
}

function impersonated(fake: GoogleFake): Json {
  fake.world.impersonable.add(imitated);
  return { type: 'impersonated_service_account', service_account_impersonation_url: impersonationUrl(fake.url), delegates: [], source_credentials: user(fake) };
}

function impersonationUrl(url: string): string {
  return `${url}/v1/projects/-/serviceAccounts/${imitated}:generateAccessToken`;
}
