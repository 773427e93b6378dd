import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';

/**
 * Ends the functions' processes if this one is killed: a tiny process that reads a pipe of ours, so that it learns of
 * our end from the system. A function that spins would not notice by itself. Not on Windows, where the pipe of the
 * Runtime API must do.
 */
export class Watchdog {
  readonly #script: string;
  #child: ChildProcess | undefined;

  constructor(bootstrap: string) {
    this.#script = path.join(bootstrap, 'watch.sh');
  }

  add(pid: number, mark: string): void {
    if (process.platform !== 'win32') this.#start().stdin?.write(`+ ${pid} ${mark}\n`);
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
    const child = spawn('/bin/sh', [this.#script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'], env: { PATH: '/usr/bin:/bin' } });
    const forget = () => (this.#child = undefined);
    child.on('error', forget).on('exit', forget);
    child.stdin.on('error', forget);
    child.unref();
    return (this.#child = child);
  }
}
