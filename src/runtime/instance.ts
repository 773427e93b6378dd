import { mkdir, readFile, rm } from 'node:fs/promises';
import { get } from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Lock } from './lock';
import { unlessMissing, writeAtomic } from './store/files';

/** How to reach a runtime: the line that it prints. */
export interface Connection {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

const patienceMs = 10_000;

/** The one runtime on a data folder, and the file that tells others of it. */
export class Instance {
  readonly #folder: string;
  readonly #lock: Lock;

  private constructor(folder: string, lock: Lock) {
    this.#folder = folder;
    this.#lock = lock;
  }

  /** The claim on the folder, or the connection to the live runtime that has it already. */
  static async claim(folder: string, patience = patienceMs): Promise<Instance | Connection> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const end = Date.now() + patience; Date.now() < end; await sleep(50)) {
      const lock = await Lock.take(folder);
      if (lock) return new Instance(folder, lock);
      const other = await liveConnection(folder);
      if (other) return other;
    }
    const owner = await Lock.ownerOf(folder);
    throw new Error(`Another local runtime (process ${owner?.pid ?? '?'}) holds ${folder} but does not answer: end it, or choose another --data.`);
  }

  async announce(connection: Connection): Promise<void> {
    await writeAtomic(fileIn(this.#folder), JSON.stringify({ ...connection, pid: process.pid }));
  }

  async release(): Promise<void> {
    await rm(fileIn(this.#folder), { force: true });
    await this.#lock.release();
  }
}

function fileIn(folder: string): string {
  return path.join(folder, 'runtime.json');
}

/** How to reach the runtime that has the folder, if it answers. */
export async function liveConnection(folder: string): Promise<Connection | undefined> {
  try {
    const { pid, endpoint, accessKeyId, secretAccessKey, region } = JSON.parse((await unlessMissing(readFile(fileIn(folder), 'utf8'))) ?? '') as Connection & { pid: number };
    // Of one that was killed the file is still there, and its port may be another program's by now: that is told nothing.
    if ((await Lock.ownerOf(folder))?.pid !== pid) return undefined;
    return (await statusOf(`${endpoint}/function-deck/health`, accessKeyId)) === 200 ? { endpoint, accessKeyId, secretAccessKey, region } : undefined;
  } catch (error) {
    // No file, half a file from elsewhere, or nobody there: not live, whatever the reason.
    if (error instanceof Error) return undefined;
    throw error;
  }
}

// Not with fetch: loading that takes longer than all the rest of the start.
function statusOf(url: string, key: string): Promise<number | undefined> {
  const options = { headers: { authorization: `Bearer ${key}` }, agent: false, signal: AbortSignal.timeout(2000) };
  return new Promise((resolve, reject) => {
    get(url, options, (answer) => resolve(answer.resume().statusCode)).on('error', reject);
  });
}
