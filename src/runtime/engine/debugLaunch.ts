import type { Readable } from 'node:stream';
import { createInterface } from 'node:readline';
import path from 'node:path';
import type { FunctionSpec } from './spec';
import type { Launch, LaunchTools } from './launch';

/** The same launch with a debugger in the process, which waits for its client before it loads anything of the function. */
export function withDebugger(launch: Launch, spec: FunctionSpec, { bootstrap }: LaunchTools): Launch {
  if (!spec.debug) return launch;
  const client = launch.args.at(-1) ?? '';
  const flags = launch.args.slice(0, -1);
  if (spec.runtime.startsWith('python')) {
    const args = [...flags, '-X', 'frozen_modules=off', path.join(bootstrap, 'python', 'debugger.py'), client, spec.debug.debugpy ?? ''];
    return { ...launch, args, debugged: true };
  }
  // The debugger has its share of the memory.
  const kept = flags.filter((flag) => !flag.startsWith('--max-old-space-size'));
  return { ...launch, args: [...kept, path.join(bootstrap, 'node', 'debugger.cjs'), client], debugged: true };
}

const ofDebugger = /^(Debugger (attached|listening on|ending on)|For help, see: https:\/\/nodejs\.org\/|Waiting for the debugger to disconnect)/;

/** Whether Node itself printed it, for whoever looks for a debugger in a terminal. */
export function isOfDebugger(line: string): boolean {
  return ofDebugger.test(line);
}

/** Follows what a process tells of its debugger: the port it listens on, then that a client has come and let it go on. */
export function followDebugger(told: Readable, pid: number, { folder, live, runtime, debug }: FunctionSpec): void {
  if (!debug) return;
  const language = runtime.startsWith('python') ? 'python' : 'node';
  debug.clock.hold('debugger', false);
  debug.clock.hold('start', true);
  told.on('error', () => told.destroy());
  createInterface({ input: told }).on('line', (line) => {
    const port = /^\d+$/.test(line) ? Number(line) : undefined;
    if (port === undefined) debug.clock.hold('start', false);
    else debug.announce({ language, port, pid, folder, built: live?.root });
  });
}
