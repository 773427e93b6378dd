import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from './host';

/** The two files of the shared configuration, and further variables. */
export interface AwsHome {
  readonly config?: string;
  readonly credentials?: string;
  readonly variables?: Readonly<Record<string, string>>;
}

/** Writes the two files into a folder of their own; the answer are the variables that lead AWS tools to them. */
export function writeAwsHome({ config = '', credentials = '', variables = {} }: AwsHome): Readonly<Record<string, string>> {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, 'config'), config);
  writeFileSync(path.join(folder, 'credentials'), credentials);
  const files = { AWS_CONFIG_FILE: path.join(folder, 'config'), AWS_SHARED_CREDENTIALS_FILE: path.join(folder, 'credentials') };
  return { ...files, AWS_EC2_METADATA_DISABLED: 'true', ...variables };
}

/** Replaces everything in this process's environment that AWS tools look at; the answer puts it back. */
export function useAwsHome(home: AwsHome): () => void {
  const before = { ...process.env };
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  Object.assign(process.env, writeAwsHome(home));
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
