import { execFile } from 'node:child_process';
import path from 'node:path';
import type { DebugProcess } from '../../core/facets';
import type { LaunchTools } from './launch';

/** There is no debugger for what the function is written in, or none on this machine. */
export class NoDebugger extends Error {
  override readonly name = 'NoDebugger';
}

/** What is asked for a debug session. */
export interface DebugRequest {
  readonly name: string;
  readonly runtime: string;
  /** The function's own interpreter, if it has one. */
  readonly python: string | undefined;
  /** Folder that holds the `debugpy` package, for a Python that has none of its own. */
  readonly debugpy: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  /** Told of each process once a debugger can attach to it. */
  readonly announce: (process: DebugProcess) => void;
}

/**
 * What a debug session of such a function needs: for Python, the folder of the `debugpy` package, its own or the given
 * one; for Node nothing, which has its debugger inside. Throws `NoDebugger` with what to do about it.
 */
export async function findDebugger({ runtime, python, debugpy }: DebugRequest, tools: LaunchTools): Promise<string | undefined> {
  if (runtime.startsWith('nodejs')) return undefined;
  if (!runtime.startsWith('python')) throw new NoDebugger(`Functions with the runtime ${runtime} cannot be debugged here; Node and Python ones can.`);
  const { command } = await tools.interpreters.find(runtime, python);
  const found = await ask(command, [path.join(tools.bootstrap, 'python', 'debugger.py'), '--find', ...(debugpy ? [debugpy] : [])]);
  if (found) return found;
  throw new NoDebugger(`No debugger for Python was found: install the extension "Python Debugger" (ms-python.debugpy), or run "${command} -m pip install debugpy", and try again.`);
}

function ask(command: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(command, args, { timeout: 10_000, windowsHide: true }, (error, stdout) => resolve(error ? undefined : stdout.trim() || undefined));
  });
}
