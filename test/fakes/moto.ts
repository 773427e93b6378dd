import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

// Without Docker moto takes functions in and answers the event that it was given.
const script = `
import sys
from moto.core.config import default_user_config
default_user_config["lambda"] = {"use_docker": False}
from moto.server import main
main(["-H", "127.0.0.1", "-p", sys.argv[1]])
`;

export interface Moto {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** Starts moto, an AWS-compatible server of other people's making; `undefined` where it is not installed. */
export async function startMoto(): Promise<Moto | undefined> {
  if (spawnSync('python3', ['-c', 'import moto.server']).status !== 0) return undefined;
  const port = await freePort();
  const child = spawn('python3', ['-c', script, String(port)], { stdio: 'ignore' });
  // A test that fails to stop it must not keep the suite waiting.
  child.unref();
  process.once('exit', () => child.kill('SIGKILL'));
  const endpoint = `http://127.0.0.1:${port}`;
  await untilUp(endpoint, child);
  return { endpoint, stop: async () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function untilUp(endpoint: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 100 && child.exitCode === null; tries += 1) {
    const answer = await fetch(`${endpoint}/moto-api/data.json`).catch((error: unknown) => error);
    if (answer instanceof Response && answer.ok) return;
    await sleep(100);
  }
  throw new Error('moto did not start');
}
