import type { cloudfunctions_v2 } from 'googleapis/build/src/apis/cloudfunctions/v2';
import { members } from './raw';

type Row = cloudfunctions_v2.Schema$SecretEnvVar;

const full = /^projects\/([^/]+)\/secrets\/([^/]+)(?:\/versions\/([^/]+))?$/;

/** A reference in its shortest form: the version `latest` is not said. */
function shortSecret(reference: string): string {
  const [, project, secret, version = 'latest'] = full.exec(reference) ?? [];
  if (project !== undefined) return `projects/${project}/secrets/${secret}/versions/${version}`;
  return reference.replace(/:latest$/, '');
}

/** References by the names of the variables; a secret of one of the own projects is named without its project. */
export function fromSecrets(rows: unknown, own: readonly string[]): Readonly<Record<string, string>> {
  const known = (Array.isArray(rows) ? (rows as readonly Row[]) : []).filter((row) => typeof members(row)['key'] === 'string' && typeof members(row)['secret'] === 'string');
  return Object.fromEntries(known.map((row) => [row.key ?? '', reference(row, own)]));
}

function reference({ projectId, secret, version }: Row, own: readonly string[]): string {
  const name = secret ?? '';
  if (projectId && !own.includes(projectId)) return `projects/${projectId}/secrets/${name}/versions/${version || 'latest'}`;
  return shortSecret(`${name}:${version || 'latest'}`);
}

/** The same as Google takes it; a secret whose project is not said is in the function's own. */
export function toSecrets(secrets: Readonly<Record<string, string>>): Row[] {
  return Object.entries(secrets).map(([key, text]) => {
    const [, projectId, secret, version = 'latest'] = full.exec(text) ?? [];
    if (projectId !== undefined) return { key, projectId, secret, version };
    const [name, number = 'latest'] = text.split(':');
    return { key, secret: name, version: number };
  });
}
