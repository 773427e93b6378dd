import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { devNull, tmpdir } from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from '../../src/core/findProgram';
import { type GoogleFake, startGoogle } from '../fakes/google';
import { openRepeatedly } from './list';
import { type Figure, median, timed } from './report';

const count = 2_000;

/** Opening a Google project of 2,000 functions in 40 locations in a fresh process, against the `gcloud` command on the same server. */
export async function googleListFigures(): Promise<Figure[]> {
  const fake = await startGoogle();
  const project = fake.project('bench');
  const { locations } = fake.world;
  for (let i = 0; i < count; i++) project.addFunction(locations[i % locations.length] ?? '', `function-${i}`);
  const folder = await mkdtemp(path.join(tmpdir(), 'function-deck-bench-'));
  try {
    const token = path.join(folder, 'token');
    await writeFile(token, fake.token);
    await mkdir(path.join(folder, 'config'));
    const env = { ...process.env, GOOGLE_APPLICATION_CREDENTIALS: '', CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: token, CLOUDSDK_CONFIG: path.join(folder, 'config'), AWS_CONFIG_FILE: devNull };
    const opened = await openRepeatedly(fake.url, count, 'gcp', env);
    return figures(opened, await gcloudCommand(fake, env));
  } finally {
    await fake.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

function figures(opened: readonly { first: number; last: number }[], cli: number | undefined): Figure[] {
  const peer = cli === undefined ? undefined : { name: 'gcloud functions list', value: cli };
  const note = peer ? undefined : 'peer skipped: no gcloud command on the PATH';
  return [
    { what: `first rows of ${count} Google functions in 40 locations`, ours: median(opened.map(({ first }) => first)), unit: 'ms', peer, note },
    { what: `last row of ${count} Google functions in 40 locations`, ours: median(opened.map(({ last }) => last)), unit: 'ms', peer, note },
  ];
}

async function gcloudCommand(fake: GoogleFake, env: NodeJS.ProcessEnv): Promise<number | undefined> {
  const program = await findProgram(['gcloud']);
  if (!program) return undefined;
  const services = ['CLOUDFUNCTIONS', 'RUN', 'CLOUDRESOURCEMANAGER', 'SERVICEUSAGE'];
  const overrides = Object.fromEntries(services.map((name) => [`CLOUDSDK_API_ENDPOINT_OVERRIDES_${name}`, `${fake.url}/`]));
  const options = { maxBuffer: 64 * 1024 * 1024, env: { ...env, ...overrides, CLOUDSDK_CORE_DISABLE_PROMPTS: '1', CLOUDSDK_CORE_DISABLE_USAGE_REPORTING: '1' } };
  return timed(3, () => promisify(execFile)(program, ['functions', 'list', '--project', 'bench', '--v2'], options));
}
