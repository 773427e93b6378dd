import { existsSync } from 'node:fs';
import path from 'node:path';
import { withDebugger } from './debugLaunch';
import type { Interpreter, Interpreters } from './interpreters';
import { inOpt, layerArguments, layerModules } from './layerPaths';
import { MissingFolder } from './liveLaunch';
import type { OwnApi } from './ownApi';
import type { FunctionSpec } from './spec';
import { machine, variables } from './variables';
import { hasWires } from './worker';

/** How to start a function's process. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What really runs, for example `python:3.11.7`. */
  readonly runtime: string;
  /** Whether the process has the framed log channel, and a wire. */
  readonly framed: boolean;
  /** Whether it waits for a debugger, of which it tells. */
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
  /** Set when functions may call the runtime. */
  readonly own?: OwnApi;
}

/** Folder with the runtime clients, and the programs that run them. */
export interface LaunchTools {
  readonly bootstrap: string;
  readonly interpreters: Interpreters;
  /** Folder in which Node keeps what it compiled. */
  readonly compiled?: string;
  /** What functions are told of this runtime; `undefined` keeps it from them. */
  readonly own?: OwnApi;
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
  const modules = layerModules(spec);
  const own = spec.runtime.startsWith('python')
    ? variables(facts, interpreter, path.join(tools.bootstrap, 'python'), { PYTHONPATH: [...modules, path.join(tools.bootstrap, 'python')] })
    : variables(facts, interpreter, path.join(tools.bootstrap, 'node'), { NODE_PATH: [...modules, path.join(spec.folder, 'node_modules')] });
  const runtime = `${spec.runtime.startsWith('python') ? 'python' : 'nodejs'}:${interpreter.version}`;
  const spare = isPlain(spec) ? { shell, variables: { ...own, ...ties } } : undefined;
  const launch = { command: shell.command, args: [...layerArguments(spec, tools.bootstrap), ...shell.args], env: { ...shell.env, ...own }, runtime, framed: true, spare };
  return wrapped(withDebugger(launch, spec, tools), spec);
}

function provided(facts: LaunchFacts): Launch {
  const program = process.platform === 'win32' ? 'bootstrap.exe' : 'bootstrap';
  const own = path.join(facts.spec.folder, program);
  const command = existsSync(own) ? own : inOpt(`/opt/${program}`, facts.spec).replace(/^\/opt\/.*/, () => own);
  return { command, args: [], env: variables(facts, undefined, facts.spec.folder), runtime: facts.spec.runtime, framed: false };
}

function pythonShell(tools: LaunchTools, interpreter: Interpreter): Shell {
  const folder = path.join(tools.bootstrap, 'python');
  // Without -S the machine's own packages would be importable, which they are not where the function is deployed to;
  // without -u what a killed function printed last would be lost.
  const args = ['-S', '-u', path.join(folder, 'bootstrap.py')];
  const env = { ...machine(interpreter), PYTHONPATH: folder, ...ties };
  return { command: interpreter.command, args, env, forks: process.platform !== 'win32' };
}

function nodeShell(tools: LaunchTools, interpreter: Interpreter, memoryMb: number): Shell {
  // Node takes this at its start only, so a spare serves functions of one size.
  const heap = Math.floor(memoryMb * 0.9);
  const args = ['--enable-source-maps', `--max-old-space-size=${heap}`, path.join(tools.bootstrap, 'node', 'bootstrap.cjs')];
  const env: Record<string, string> = { ...machine(interpreter), ...ties };
  if (tools.compiled) env._FUNCTION_COMPILED = tools.compiled;
  return { command: interpreter.command, args, env, forks: false };
}

/** The descriptors of the framed log channel and of the wire, for the runtime clients alone. */
const ties: Readonly<Record<string, string>> = { _LAMBDA_TELEMETRY_LOG_FD: '3', ...(hasWires ? { _FUNCTION_WIRE: '4' } : {}) };

// These are looked at when a process starts, by the interpreter or by the system: a spare has started without them.
const early = /^(NODE_|PYTHON|LD_|DYLD_|LC_|LANG(UAGE)?$|ICU_|UV_|SSL_|OPENSSL_|MALLOC_|GLIBC_|TZ(DIR)?$|LOCPATH$|AWS_LAMBDA_EXEC_WRAPPER$)/i;

function isPlain(spec: FunctionSpec): boolean {
  return !spec.debug && spec.opt === undefined && !Object.keys(spec.variables).some((name) => early.test(name));
}

/**
 * A program of the function's own that is given the command to run in its place.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html#runtime-wrapper
 */
function wrapped(launch: Launch, spec: FunctionSpec): Launch {
  const wrapper = spec.variables.AWS_LAMBDA_EXEC_WRAPPER;
  if (!wrapper) return launch;
  // Where the code lies in the cloud.
  const command = inOpt(wrapper, spec).replace(/^\/var\/task(?=\/)/, () => spec.folder);
  // It may not pass the wire on, and it may have set something between the function and the port.
  return { ...launch, command, args: [launch.command, ...launch.args], env: { ...launch.env, _FUNCTION_WIRE: '' } };
}
