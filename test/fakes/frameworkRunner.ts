import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { unzipSync } from 'fflate';

const root = path.resolve(__dirname, '../..');

/** What is deployed, and how it is called. */
export interface Deployed {
  readonly code: Uint8Array;
  readonly entryPoint: string;
  readonly signature: 'http' | 'cloudevent';
  readonly env?: Readonly<Record<string, string>>;
}

export interface Sent {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
}

export interface Received {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** A line that a function printed; JSON is parsed as the cloud's own log agent does. */
export interface Printed {
  readonly stream: 'stdout' | 'stderr';
  readonly text?: string;
  readonly json?: Readonly<Record<string, unknown>>;
  readonly severity?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

interface Running {
  readonly child: ChildProcess;
  readonly port: number;
  print: (line: Printed) => void;
}

/** Runs deployed Node functions for real: each package in a process of Google's own Functions Framework. */
export class FrameworkRunner {
  readonly #running = new Map<string, Promise<Running>>();
  readonly #folder: Promise<string>;

  constructor() {
    // Below the project, so that the framework is found as if it had been installed with the function.
    const out = path.join(root, 'out');
    this.#folder = mkdir(out, { recursive: true }).then(() => mkdtemp(path.join(out, 'functions-')));
  }

  async call(deployed: Deployed, sent: Sent, print: (line: Printed) => void): Promise<Received> {
    const key = createHash('sha256').update(deployed.code).update(JSON.stringify([deployed.entryPoint, deployed.env])).digest('hex').slice(0, 16);
    const starting = this.#running.get(key) ?? this.#start(key, deployed);
    this.#running.set(key, starting);
    try {
      const running = await starting;
      running.print = print;
      return await send(running.port, sent);
    } catch (error) {
      // As the cloud answers for a container that does not start.
      return { status: 503, headers: { 'content-type': 'text/plain' }, body: Buffer.from(String(error)) };
    }
  }

  async dispose(): Promise<void> {
    for (const started of await Promise.allSettled(this.#running.values())) if (started.status === 'fulfilled') started.value.child.kill('SIGKILL');
    await rm(await this.#folder, { recursive: true, force: true });
  }

  async #start(key: string, { code, entryPoint, signature, env }: Deployed): Promise<Running> {
    const folder = path.join(await this.#folder, key);
    for (const [name, bytes] of Object.entries(unzipSync(code))) {
      if (name.endsWith('/')) continue;
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(path.join(folder, name), bytes);
    }
    const port = await freePort();
    const main = path.join(root, 'node_modules/@google-cloud/functions-framework/build/src/main.js');
    const child = spawn(process.execPath, [main, `--target=${entryPoint}`, `--signature-type=${signature}`, `--port=${port}`], {
      cwd: folder,
      env: { PATH: process.env['PATH'], ...env, LOG_EXECUTION_ID: 'true' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const running: Running = { child, port, print: () => undefined };
    const serving = watch(running);
    await Promise.race([serving, once(child, 'exit').then(() => Promise.reject(new Error(`The function in ${folder} did not start.`)))]);
    return running;
  }
}

/** Hands on what the process prints; resolves when it serves. */
function watch(running: Running): Promise<void> {
  return new Promise((resolve) => {
    for (const stream of ['stdout', 'stderr'] as const) {
      const source = running.child[stream];
      if (!source) continue;
      createInterface({ input: source }).on('line', (line) => {
        const printed = parse(stream, line);
        const text = printed.text ?? printed.json?.['message'];
        if (typeof text === 'string' && /^URL: http:/.test(text)) return resolve();
        if (typeof text !== 'string' || !/^(Serving function|Function: |Signature type: )/.test(text)) running.print(printed);
      });
    }
  });
}

function parse(stream: Printed['stream'], line: string): Printed {
  if (!line.startsWith('{')) return { stream, text: line };
  const { severity, 'logging.googleapis.com/labels': labels, ...rest } = JSON.parse(line) as Record<string, unknown>;
  // These become members of the entry itself, such as its span.
  const json = Object.fromEntries(Object.entries(rest).filter(([name]) => !name.startsWith('logging.googleapis.com/')));
  const members = Object.keys(json);
  const facts = { severity: typeof severity === 'string' ? severity : undefined, labels: labels as Printed['labels'] };
  // As the agent does: an entry that has nothing but its message is a text.
  return members.length === 1 && typeof json['message'] === 'string' ? { stream, text: json['message'], ...facts } : { stream, json, ...facts };
}

async function send(port: number, { method, url, headers, body }: Sent): Promise<Received> {
  const call = request({ host: '127.0.0.1', port, method, path: url, agent: false, headers: { ...headers, host: `127.0.0.1:${port}`, connection: 'close' } });
  call.end(body);
  const [response] = (await once(call, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
