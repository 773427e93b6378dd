import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { errorCode } from '../store/files';
import { Badges } from './badge';
import { Journal, lineOf } from './journal';
import { readRow, readTable } from './processTable';
import { killTree, members, type Family } from './processTree';

/** As many as Lambda lets one environment have. */
const maxProcesses = 1024;
const lookMs = 250;
/** So many more on the whole machine are worth a look at who started them. */
const worthALook = 256;
const tooSoonMs = 200;
/** So many families fit into a command everywhere. */
const toldAtOnce = 100;

/**
 * Keeps an eye on the functions' processes: ends them with all they started, and has a small process of its own do so if
 * this one is killed. That one reads a pipe of ours, so that it learns of our end from the system; a function that spins
 * would not notice by itself.
 */
export class Watchdog {
  readonly #script: string;
  readonly #journal: Journal;
  readonly #warn: (line: string) => void;
  readonly #live = new Map<number, Family>();
  readonly #badges = new Badges();
  #child: ChildProcess | undefined;
  #look: NodeJS.Timeout | undefined;
  #startedAt = 0;
  #tasks = Infinity;
  #closed = false;

  /** `script` is the program that watches; `journal` a file that nobody else writes. */
  constructor(script: string, journal: string, warn: (line: string) => void) {
    this.#script = script;
    this.#warn = warn;
    this.#journal = new Journal(journal);
  }

  /** A process that was just started, with a text that stands in the environment of all it will start. */
  add(pid: number, mark: string): void {
    const family: Family = { pid, mark, started: startOf(pid), badge: this.#badges.pin(pid) };
    this.#live.set(pid, family);
    this.#journal.write(lineOf(family));
    this.#tell(family);
    this.#look ??= setInterval(() => void this.#lookAround().catch((error: unknown) => this.#warn(String(error))), lookMs).unref();
  }

  /** Ends a process with all it started. */
  async kill(pid: number): Promise<void> {
    const family = this.#live.get(pid);
    if (!family) return;
    await killTree(family);
    this.#live.delete(pid);
    this.#badges.release(family.badge);
    if (this.#closed) return;
    this.#child?.stdin?.write(`- ${pid}\n`);
    this.#journal.write(`- ${pid}`);
    if (!this.#live.size) this.#rest();
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#look);
    this.#child?.stdin?.end();
    this.#journal.close();
  }

  #rest(): void {
    this.#journal.clear();
    clearInterval(this.#look);
    this.#look = undefined;
  }

  // Reading the whole table costs some milliseconds; how many there are on the machine costs nothing.
  async #lookAround(): Promise<void> {
    const tasks = countTasks();
    this.#tasks = Math.min(this.#tasks, tasks);
    if (tasks - this.#tasks < worthALook) return;
    this.#tasks = tasks;
    const table = await readTable();
    for (const family of this.#live.values()) {
      if (members(family, table).length <= maxProcesses) continue;
      this.#warn(`A function's process (${family.pid}) was ended because it had started more than ${maxProcesses} others.`);
      await killTree(family);
    }
  }

  // One that is just started is told of all who live, this one among them.
  #tell(family: Family): void {
    if (this.#child) this.#child.stdin?.write(`${lineOf(family)}\n`);
    else this.#start();
  }

  #start(): void {
    // A group of its own, so that Ctrl-C in a terminal does not reach it before it has done its work.
    const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '' };
    const lines = [...this.#live.values()].map((one) => `${lineOf(one)}\n`);
    // With the command, because this process may be killed before it has written a line; in base64, because where `ps`
    // tells commands and environments as one, who has a mark is taken for one of the family.
    const told = Buffer.from(lines.slice(0, toldAtOnce).join('')).toString('base64');
    const child = spawn(process.execPath, [this.#script, told], { detached: true, windowsHide: true, shell: false, stdio: ['pipe', 'ignore', 'ignore'], env });
    child.on('error', () => this.#lost(child)).on('exit', () => this.#lost(child));
    child.stdin.on('error', () => child.stdin.destroy());
    child.unref();
    giveWay(child.pid);
    this.#startedAt = Date.now();
    this.#child = child;
    child.stdin.write(lines.slice(toldAtOnce).join(''));
  }

  // Another takes its place at once, unless none can live here, and is told of all who live.
  #lost(child: ChildProcess): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    if (this.#closed || Date.now() - this.#startedAt < tooSoonMs) return;
    if (this.#live.size) this.#start();
  }
}

function startOf(pid: number): number {
  return (process.platform === 'linux' && readRow(pid)?.started) || 0;
}

/** Processes and threads of the whole machine; only Linux tells. */
function countTasks(): number {
  return process.platform === 'linux' ? Number(/\/(\d+)/.exec(readFileSync('/proc/loadavg', 'latin1'))?.[1] ?? 0) : 0;
}

/** Its start is not to slow that of the first function, for which it was started. */
function giveWay(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch (error) {
    // It has ended again, or the system does not let us: it only comes as fast as the others.
    if (errorCode(error) !== 'ERR_SYSTEM_ERROR') throw error;
  }
}
