import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from './host';

/** The two files of the shared configuration, and further variables. */
export interface AwsHome {
  readonly config?: string;
  readonly credentials?: string;
  readonly variables?: Readonly<Record<string, string>>;
}

/** Replaces everything in this process's environment that AWS tools look at; the answer puts it back. */
export function useAwsHome({ config = '', credentials = '', variables = {} }: AwsHome): () => void {
  const before = { ...process.env };
  const folder = temporaryFolder();
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  writeFileSync(path.join(folder, 'config'), config);
  writeFileSync(path.join(folder, 'credentials'), credentials);
  Object.assign(process.env, {
    AWS_CONFIG_FILE: path.join(folder, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: path.join(folder, 'credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
    ...variables,
  });
  return () => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  };
}

/** A home whose default profile sends everything to one address, with the given key. */
export function homeAt(endpoint: string, accessKeyId = 'key'): AwsHome {
  return {
    config: `[default]\nregion = us-east-1\nendpoint_url = ${endpoint}\n`,
    credentials: `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = secret\n`,
  };
}
