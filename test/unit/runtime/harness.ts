import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { CloudWatchLogsClient, FilterLogEventsCommand, type FilteredLogEvent } from '@aws-sdk/client-cloudwatch-logs';
import { CreateFunctionCommand, InvokeCommand, LambdaClient, type CreateFunctionCommandInput } from '@aws-sdk/client-lambda';
import { zipSync, strToU8, type Zippable } from 'fflate';

const root = path.join(__dirname, '..', '..', '..');

/** The built runtime; another build of it can be named for a quick run. */
export const runtimeFile = process.env.FUNCTION_DECK_RUNTIME ?? path.join(root, 'dist', 'runtime.js');

export interface Line {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

/** What functions of tests may take, where it is not that which is tested: the three of AWS pass in a stall of the machine. */
const patientSeconds = 30;

/** A runtime that runs as a process of its own, with real clients for it. */
export class RunningRuntime {
  readonly lambda: LambdaClient;
  readonly logs: CloudWatchLogsClient;

  private constructor(readonly data: string, readonly child: ChildProcess, readonly line: Line, readonly stderr: string[]) {
    const options = {
      endpoint: line.endpoint,
      region: 'eu-west-1',
      credentials: { accessKeyId: line.accessKeyId, secretAccessKey: line.secretAccessKey },
      maxAttempts: 1,
    };
    this.lambda = new LambdaClient(options);
    this.logs = new CloudWatchLogsClient(options);
  }

  /** `before` is a command that runs the one behind it. */
  static async start(data?: string, args: readonly string[] = [], before: readonly string[] = []): Promise<RunningRuntime> {
    const folder = data ?? (await mkdtemp(path.join(tmpdir(), 'runtime-test-')));
    const [file = '', ...all] = [...before, process.execPath, runtimeFile, '--data', folder, ...args];
    const child = spawn(file, all, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, HOST_CANARY: 'must-not-leak' },
    });
    const stderr: string[] = [];
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk.toString()));
    const [text] = await new Promise<string[]>((resolve, reject) => {
      createInterface(child.stdout).once('line', (line) => resolve([line]));
      // Not at its end alone: what it said may still be on its way.
      child.once('close', (code) => reject(new Error(`the runtime ended with ${code}: ${stderr.join('')}`)));
    });
    return new RunningRuntime(folder, child, JSON.parse(text ?? '') as Line, stderr);
  }

  /** Ends it and removes its data, unless told to keep it. */
  async stop(signal: NodeJS.Signals = 'SIGTERM', keep = false): Promise<void> {
    this.lambda.destroy();
    this.logs.destroy();
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill(signal);
      await ended;
    }
    if (!keep) await rm(this.data, { recursive: true, force: true });
  }

  async create(name: string, files: Record<string, string>, settings: Partial<CreateFunctionCommandInput>): Promise<void> {
    await this.lambda.send(new CreateFunctionCommand({ FunctionName: name, Role: role, Code: { ZipFile: zip(files) }, ...settings }));
  }

  async node(name: string, source: string, settings: Partial<CreateFunctionCommandInput> = {}): Promise<void> {
    await this.create(name, { 'index.js': source }, { Runtime: 'nodejs20.x', Handler: 'index.handler', Timeout: patientSeconds, ...settings });
  }

  async python(name: string, source: string, settings: Partial<CreateFunctionCommandInput> = {}): Promise<void> {
    await this.create(name, { 'app.py': source }, { Runtime: 'python3.13', Handler: 'app.handler', Timeout: patientSeconds, ...settings });
  }

  async call(name: string, event: unknown = {}): Promise<{ error: string | undefined; body: unknown; text: string; log: string; id: string }> {
    const answer = await this.lambda.send(new InvokeCommand({ FunctionName: name, Payload: strToU8(JSON.stringify(event)), LogType: 'Tail' }));
    const text = Buffer.from(answer.Payload ?? []).toString();
    const log = Buffer.from(answer.LogResult ?? '', 'base64').toString();
    return { error: answer.FunctionError, body: JSON.parse(text), text, log, id: answer.$metadata.requestId ?? '' };
  }

  /** Every event of a function's log, in order. */
  async events(name: string): Promise<FilteredLogEvent[]> {
    const events: FilteredLogEvent[] = [];
    for (let token: string | undefined, first = true; first || token; first = false) {
      const page = await this.logs.send(new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${name}`, nextToken: token }));
      events.push(...(page.events ?? []));
      token = page.nextToken;
    }
    return events;
  }
}

export const role = 'arn:aws:iam::000000000000:role/test';

export function zip(files: Record<string, string>): Uint8Array {
  const tree: Zippable = {};
  // The same bytes at any time.
  for (const [name, text] of Object.entries(files)) tree[name] = [strToU8(text), { os: 3, attrs: (0o100755 << 16) >>> 0, mtime: new Date(1980, 0, 1) }];
  return zipSync(tree);
}

/** A call that the API refuses, in the words of AWS. */
export function refused(work: Promise<unknown>, name: string, status: number, message: RegExp): Promise<void> {
  return assert.rejects(work, (error: Error & { $metadata: { httpStatusCode: number } }) => {
    assert.deepEqual([error.name, error.$metadata.httpStatusCode], [name, status], error.message);
    assert.match(error.message, message);
    return true;
  });
}

/** Asks again until it is so, or the time is up. */
export async function eventually(check: () => boolean | Promise<boolean>, what: string, ms = 30_000): Promise<void> {
  for (const end = Date.now() + ms; Date.now() < end; ) {
    if (await check()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`not in time: ${what}`);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}
