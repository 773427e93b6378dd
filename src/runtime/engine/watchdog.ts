import { type ChildProcess, spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { errorCode } from '../store/files';

/**
 * Ends the functions' processes if this one is killed: a small process that reads a pipe of ours, so that it learns of
 * our end from the system. A function that spins would not notice by itself.
 */
export class Watchdog {
  readonly #script: string;
  #child: ChildProcess | undefined;

  /** `script` is the program that watches. */
  constructor(script: string) {
    this.#script = script;
  }

  add(pid: number, mark: string): void {
    this.#start().stdin?.write(`+ ${pid} ${mark}\n`);
  }

  remove(pid: number): void {
    this.#child?.stdin?.write(`- ${pid}\n`);
  }

  close(): void {
    this.#child?.stdin?.end();
  }

  #start(): ChildProcess {
    if (this.#child) return this.#child;
    // A group of its own, so that Ctrl-C in a terminal does not reach it before it has done its work.
    const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '' };
    const child = spawn(process.execPath, [this.#script], { detached: true, windowsHide: true, shell: false, stdio: ['pipe', 'ignore', 'ignore'], env });
    const forget = () => (this.#child = undefined);
    child.on('error', forget).on('exit', forget);
    child.stdin.on('error', forget);
    child.unref();
    giveWay(child.pid);
    return (this.#child = child);
  }
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
