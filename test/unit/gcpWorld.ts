import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { CallOptions, CloudFunction, ListPage } from '../../src/core/provider';
import { Connections } from '../../src/providers/gcp/access';
import type { Connection, Patience } from '../../src/providers/gcp/client';
import { describe } from '../../src/providers/gcp/describe';
import { list } from '../../src/providers/gcp/list';
import { credentialsFile, type CredentialKind, type GoogleFake } from '../fakes/google';
import { useGoogleHome } from '../fakes/googleCloud';
import { fakeHost, temporaryFolder } from '../fakes/host';

export const patience: Patience = { readMs: 30_000, invokeMs: 300 };
export const never: CallOptions = { signal: new AbortController().signal };
export const project = 'my-project';
export const place = `${project}/europe-west1`;
export const ref = { provider: 'gcp', scope: place, name: 'hello' };

/** A home without gcloud's files, and with the given variables alone; the answer puts everything back. */
export function atHome(variables: Readonly<Record<string, string>>): () => void {
  return useGoogleHome({ CLOUDSDK_CONFIG: temporaryFolder(), ...variables });
}

export async function fileOf(google: GoogleFake, kind: CredentialKind): Promise<string> {
  return credentialsFile(google, temporaryFolder(), kind);
}

export function write(name: string, content: unknown): string {
  const file = path.join(temporaryFolder(), name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

/** Connections whose every request goes to one address. */
export function connections(endpoint: string | undefined, wait = patience): Connections {
  return new Connections(fakeHost({ 'gcp.endpoint': endpoint }), wait);
}

export async function connect(google: GoogleFake, wait = patience): Promise<Connection> {
  return connections(google.url, wait).to(project, never);
}

export async function read(connection: Connection, name = 'hello', options = never): Promise<string | undefined> {
  const found = await describe(connection, { ...ref, name }, options);
  return (found?.kind === 'service' ? found.raw.metadata?.name : found?.raw.name) ?? undefined;
}

export async function pagesOf(connection: Connection, scope = project, options = never): Promise<ListPage[]> {
  const pages: ListPage[] = [];
  for await (const page of list(connection, { id: scope, label: scope }, options)) pages.push(page);
  return pages;
}

export async function rowsOf(connection: Connection, scope = project): Promise<CloudFunction[]> {
  const rows = (await pagesOf(connection, scope)).flatMap(({ functions }) => functions);
  return rows.sort((a, b) => (a.ref.name < b.ref.name ? -1 : 1));
}
