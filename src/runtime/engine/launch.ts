import { existsSync } from 'node:fs';
import path from 'node:path';
import { withDebugger } from './debugLaunch';
import type { Interpreter, Interpreters } from './interpreters';
import { liveVariables, MissingFolder } from './liveLaunch';
import { foreignVariables } from './signatures';
import type { FunctionSpec } from './spec';

/** How to start a function's process. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What really runs, for example `python:3.11.7`. */
  readonly runtime: string;
  /** Whether the process has the framed log channel as descriptor 3. */
  readonly framed: boolean;
  /** Whether it waits for a debugger, of which it tells on descriptor 4. */
  readonly debugged?: boolean;
  /** Set when a process that was started before may become this one. */
  readonly spare?: { readonly shell: Shell; readonly variables: Readonly<Record<string, string>> };
}

/** A process in all that is the same for many functions. */
export interface Shell {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Whether it can make copies of itself. */
  readonly forks: boolean;
}

export interface LaunchFacts {
  readonly spec: FunctionSpec;
  /** `host:port` of the Runtime API. */
  readonly api: string;
  readonly stream: string;
}

/** Folder with the runtime clients, and the programs that run them. */
export interface LaunchTools {
  readonly bootstrap: string;
  readonly interpreters: Interpreters;
  /** Folder in which Node keeps what it compiled. */
  readonly compiled?: string;
}

/** What a function of this runtime and size starts from; `undefined` of a runtime that comes with the function. `own`: its own interpreter. */
export async function planShell(runtime: string, memoryMb: number, tools: LaunchTools, own?: string): Promise<Shell | undefined> {
  if (runtime.startsWith('provided')) return undefined;
  const interpreter = await tools.interpreters.find(runtime, own);
  return runtime.startsWith('python') ? pythonShell(tools, interpreter) : nodeShell(tools, interpreter, memoryMb);
}

export async function planLaunch(facts: LaunchFacts, tools: LaunchTools): Promise<Launch> {
  const { spec } = facts;
  if (spec.live && !existsSync(spec.folder)) throw new MissingFolder(spec.name, spec.folder);
  const shell = await planShell(spec.runtime, spec.memoryMb, tools, spec.live?.venv?.python);
  if (!shell) return provided(facts);
  const interpreter = await tools.interpreters.find(spec.runtime, spec.live?.venv?.python);
  const own = spec.runtime.startsWith('python')
    ? { ...variables(facts, interpreter, path.join(tools.bootstrap, 'python')), PYTHONPATH: path.join(tools.bootstrap, 'python') }
    : { ...variables(facts, interpreter, path.join(tools.bootstrap, 'node')), NODE_PATH: path.join(spec.folder, 'node_modules') };
  const runtime = `${spec.runtime.startsWith('python') ? 'python' : 'nodejs'}:${interpreter.version}`;
  const spare = isPlain(spec) ? { shell, variables: { ...own, ...channel } } : undefined;
  const launch = { command: shell.command, args: shell.args, env: { ...own, ...shell.env }, runtime, framed: true, spare };
  return wrapped(withDebugger(launch, spec, tools), spec);
}

function provided(facts: LaunchFacts): Launch {
  const program = process.platform === 'win32' ? 'bootstrap.exe' : 'bootstrap';
  const command = path.join(facts.spec.folder, program);
  return { command, args: [], env: variables(facts, undefined, facts.spec.folder), runtime: facts.spec.runtime, framed: false };
}

function pythonShell(tools: LaunchTools, interpreter: Interpreter): Shell {
  const folder = path.join(tools.bootstrap, 'python');
  // Without -S the machine's own packages would be importable, which they are not where the function is deployed to;
  // without -u what a killed function printed last would be lost.
  const args = ['-S', '-u', path.join(folder, 'bootstrap.py')];
  const env = { ...machine(interpreter), PYTHONPATH: folder, ...channel };
  return { command: interpreter.command, args, env, forks: process.platform !== 'win32' };
}

function nodeShell(tools: LaunchTools, interpreter: Interpreter, memoryMb: number): Shell {
  // Node takes this at its start only, so a spare serves functions of one size.
  const heap = Math.floor(memoryMb * 0.9);
  const args = ['--enable-source-maps', `--max-old-space-size=${heap}`, path.join(tools.bootstrap, 'node', 'bootstrap.cjs')];
  const env: Record<string, string> = { ...machine(interpreter), ...channel };
  if (process.versions.electron) env.ELECTRON_RUN_AS_NODE = '1';
  if (tools.compiled) env._FUNCTION_COMPILED = tools.compiled;
  return { command: interpreter.command, args, env, forks: false };
}

/** The descriptor of the framed log channel, for the runtime clients alone. */
const channel = { _LAMBDA_TELEMETRY_LOG_FD: '3' };

// These are looked at when a process starts, by the interpreter or by the system: a spare has started without them.
const early = /^(NODE_|PYTHON|LD_|DYLD_|LC_|LANGUAGE$|ICU_|UV_|SSL_|OPENSSL_|MALLOC_|GLIBC_|TZDIR$|LOCPATH$|AWS_LAMBDA_EXEC_WRAPPER$)/i;

function isPlain(spec: FunctionSpec): boolean {
  return !spec.debug && !Object.keys(spec.variables).some((name) => early.test(name));
}

/**
 * A program of the function's own that is given the command to run in its place.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html#runtime-wrapper
 */
function wrapped(launch: Launch, spec: FunctionSpec): Launch {
  const wrapper = spec.variables.AWS_LAMBDA_EXEC_WRAPPER;
  if (!wrapper) return launch;
  // Where the code lies in the cloud.
  const command = wrapper.replace(/^\/var\/task(?=\/)/, () => spec.folder);
  return { ...launch, command, args: [launch.command, ...launch.args] };
}

// What the function's own runtime sets in the cloud and nothing else; that wins over the function's own. Nothing of this
// machine's gets in.
function variables(facts: LaunchFacts, interpreter: Interpreter | undefined, runtimeFolder: string): Record<string, string> {
  const { spec } = facts;
  return {
    ...spec.variables,
    ...machine(interpreter),
    ...(foreignVariables(spec) ?? lambdaVariables(facts)),
    _HANDLER: spec.handler,
    AWS_LAMBDA_RUNTIME_API: facts.api,
    LAMBDA_TASK_ROOT: spec.folder,
    LAMBDA_RUNTIME_DIR: runtimeFolder,
    PWD: spec.folder,
    ...liveVariables(spec),
  };
}

function lambdaVariables({ spec, stream }: LaunchFacts): Record<string, string> {
  return {
    ...credentials,
    ...(spec.runtime.startsWith('provided') ? {} : { AWS_EXECUTION_ENV: `AWS_Lambda_${spec.runtime}` }),
    AWS_REGION: spec.region,
    AWS_DEFAULT_REGION: spec.region,
    AWS_LAMBDA_FUNCTION_NAME: spec.name,
    AWS_LAMBDA_FUNCTION_VERSION: spec.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memoryMb),
    ...(spec.logging.format === 'JSON' ? { AWS_LAMBDA_LOG_FORMAT: 'JSON', AWS_LAMBDA_LOG_LEVEL: spec.logging.applicationLevel } : {}),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: spec.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: stream,
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1:2000',
    _AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1',
    _AWS_XRAY_DAEMON_PORT: '2000',
  };
}

// Programs look for these; they open nothing anywhere.
const credentials = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local-secret', AWS_SESSION_TOKEN: 'local-session' };

function machine(interpreter: Interpreter | undefined): Record<string, string> {
  if (process.platform === 'win32') return windows(interpreter);
  const own = interpreter ? [path.dirname(interpreter.command)] : [];
  const programs = [...own, '/usr/local/bin', '/usr/bin', '/bin', '/opt/bin'];
  return { LANG: 'en_US.UTF-8', TZ: ':UTC', PATH: programs.join(':'), LD_LIBRARY_PATH: '/opt/lib' };
}

// No program runs on Windows without these few.
function windows(interpreter: Interpreter | undefined): Record<string, string> {
  const names = ['SystemRoot', 'SystemDrive', 'windir', 'TEMP', 'TMP', 'ComSpec', 'PATHEXT'];
  const kept = names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]] as const]));
  const system = process.env.SystemRoot ?? 'C:\\Windows';
  const programs = [...(interpreter ? [path.dirname(interpreter.command)] : []), `${system}\\System32`, system];
  return { ...Object.fromEntries(kept), LANG: 'en_US.UTF-8', TZ: 'UTC', PATH: programs.join(';') };
}
