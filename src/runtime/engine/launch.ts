import path from 'node:path';
import { withDebugger } from './debugLaunch';
import type { Interpreter, Interpreters } from './interpreters';
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
}

export async function planLaunch(facts: LaunchFacts, tools: LaunchTools): Promise<Launch> {
  const { runtime } = facts.spec;
  if (runtime.startsWith('provided')) return provided(facts);
  const interpreter = await tools.interpreters.find(runtime);
  const launch = runtime.startsWith('python') ? python(facts, tools, interpreter) : node(facts, tools, interpreter);
  return withDebugger(launch, facts.spec, tools);
}

function provided(facts: LaunchFacts): Launch {
  const program = process.platform === 'win32' ? 'bootstrap.exe' : 'bootstrap';
  const command = path.join(facts.spec.folder, program);
  return { command, args: [], env: variables(facts, undefined, facts.spec.folder), runtime: facts.spec.runtime, framed: false };
}

function python(facts: LaunchFacts, tools: LaunchTools, interpreter: Interpreter): Launch {
  const folder = path.join(tools.bootstrap, 'python');
  const env = { ...variables(facts, interpreter, folder), PYTHONPATH: folder, _LAMBDA_TELEMETRY_LOG_FD: '3' };
  // Without -S the machine's own packages would be importable, which they are not where the function is deployed to;
  // without -u what a killed function printed last would be lost.
  const args = ['-S', '-u', path.join(folder, 'bootstrap.py')];
  return { command: interpreter.command, args, env, runtime: `python:${interpreter.version}`, framed: true };
}

function node(facts: LaunchFacts, tools: LaunchTools, interpreter: Interpreter): Launch {
  const folder = path.join(tools.bootstrap, 'node');
  const env: Record<string, string> = { ...variables(facts, interpreter, folder), NODE_PATH: path.join(facts.spec.folder, 'node_modules'), _LAMBDA_TELEMETRY_LOG_FD: '3' };
  if (process.versions.electron) env.ELECTRON_RUN_AS_NODE = '1';
  const heap = Math.floor(facts.spec.memoryMb * 0.9);
  const args = ['--enable-source-maps', `--max-old-space-size=${heap}`, path.join(folder, 'bootstrap.cjs')];
  return { command: interpreter.command, args, env, runtime: `nodejs:${interpreter.version}`, framed: true };
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
const credentials = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local', AWS_SESSION_TOKEN: 'local' };

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
