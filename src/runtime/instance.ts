import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode, isMissing, writeAtomic } from './store/files';

/** How to reach a runtime: the line that it prints. */
export interface Connection {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

const patienceMs = 10_000;

/** The right to be the one runtime on a data folder, and the file that tells others of it. */
export class Instance {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** The claim on the folder, or the connection to the live runtime that has it already. */
  static async claim(folder: string): Promise<Instance | Connection> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const instance = new Instance(folder);
    for (const end = Date.now() + patienceMs; Date.now() < end; await sleep(50)) {
      if (await instance.#lock()) return instance;
      const other = await liveConnection(instance.#file);
      if (other) return other;
    }
    throw new Error(`Another local runtime (process ${(await instance.#owner()) ?? '?'}) holds ${folder} but does not answer: end it, or choose another --data.`);
  }

  async announce(connection: Connection): Promise<void> {
    await writeAtomic(this.#file, JSON.stringify({ ...connection, pid: process.pid }));
  }

  async release(): Promise<void> {
    await rm(this.#file, { force: true });
    await rm(this.#lockFile, { force: true });
  }

  get #file(): string {
    return path.join(this.#folder, 'runtime.json');
  }

  get #lockFile(): string {
    return path.join(this.#folder, 'runtime.lock');
  }

  async #lock(): Promise<boolean> {
    try {
      const handle = await open(this.#lockFile, 'wx', 0o600);
      await handle.writeFile(await identity(process.pid));
      await handle.close();
      return true;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
    await this.#removeStale();
    return false;
  }

  // Moved aside first and looked at again: another starter may have replaced the dead one's lock meanwhile.
  async #removeStale(): Promise<void> {
    const text = await readText(this.#lockFile);
    if (!text || (await isAlive(text))) return;
    const aside = `${this.#lockFile}.${randomBytes(6).toString('hex')}`;
    try {
      await rename(this.#lockFile, aside);
    } catch (error) {
      if (isMissing(error)) return;
      throw error;
    }
    if ((await readText(aside)) === text) await rm(aside, { force: true });
    else await rename(aside, this.#lockFile);
  }

  async #owner(): Promise<string | undefined> {
    return (await readText(this.#lockFile))?.split(' ')[0];
  }
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

// A process number alone may have been given to another program since; with the start time it has not.
async function identity(pid: number): Promise<string> {
  const status = process.platform === 'linux' ? await readText(`/proc/${pid}/stat`) : undefined;
  return `${pid} ${status?.slice(status.lastIndexOf(')')).split(' ')[20] ?? ''}`;
}

async function isAlive(text: string): Promise<boolean> {
  const pid = Number(text.split(' ')[0]);
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (errorCode(error) === 'ESRCH') return false;
  }
  return (await identity(pid)) === text;
}

async function liveConnection(file: string): Promise<Connection | undefined> {
  try {
    const { endpoint, accessKeyId, secretAccessKey, region } = JSON.parse((await readText(file)) ?? '') as Connection;
    const answer = await fetch(`${endpoint}/function-deck/health`, { headers: { authorization: `Bearer ${accessKeyId}` }, signal: AbortSignal.timeout(2000) });
    return answer.ok ? { endpoint, accessKeyId, secretAccessKey, region } : undefined;
  } catch (error) {
    // No file, half a file from elsewhere, or nobody there: not live, whatever the reason.
    if (error instanceof Error) return undefined;
    throw error;
  }
}
