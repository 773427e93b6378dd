import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { DeploymentPackage } from '../../src/core/provider';
import { dist, temporaryFolder } from './host';
import { zip } from './zip';

export interface LocalRuntime {
  readonly endpoint: string;
  readonly accessKeyId: string;
  stop(): Promise<void>;
}

/** Starts the built local runtime alone, as `node dist/runtime.js` does. */
export async function startLocalRuntime(): Promise<LocalRuntime> {
  const child = spawn(process.execPath, [path.join(dist, 'runtime.js'), '--data', temporaryFolder()], { stdio: ['ignore', 'pipe', 'inherit'] });
  child.unref();
  process.once('exit', () => child.kill('SIGKILL'));
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const { endpoint, accessKeyId } = JSON.parse(line) as LocalRuntime;
  return { endpoint, accessKeyId, stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

/** The process id of the runtime that serves a folder. */
export function runtimePid(folder: string): number {
  return (JSON.parse(readFileSync(path.join(folder, 'runtime.json'), 'utf8')) as { pid: number }).pid;
}

/** A function that does what the contract suite's events ask of it. */
export function contractCode(text: string): DeploymentPackage {
  return zip({
    'index.js': `// ${text}
exports.handler = async (event) => {
  for (const line of event.print ?? []) console.log(line);
  if (event.fail) throw new Error(event.fail);
  await new Promise((resolve) => setTimeout(resolve, event.sleepMs ?? 0));
  return event;
};
`,
  });
}
