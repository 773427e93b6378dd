import path from 'node:path';
import type { Interpreter } from './interpreters';
import type { LaunchFacts } from './launch';
import { layerVariables } from './layerPaths';
import { liveVariables } from './liveLaunch';
import { ownKeys, ownVariables } from './ownApi';
import { foreignVariables } from './signatures';
import type { FunctionSpec } from './spec';

type Variables = Readonly<Record<string, string>>;

/** Folders by the variable that lists them. */
type Lists = Readonly<Record<string, readonly string[]>>;

/**
 * The environment of a function. `paths` are lists of folders that its runtime needs; the function's own come before
 * them. Nothing of this machine's gets in. Those that the cloud reserves win over the function's own, which win over the
 * rest: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export function variables(facts: LaunchFacts, interpreter: Interpreter | undefined, runtimeFolder: string, paths: Lists = {}): Record<string, string> {
  const { spec } = facts;
  const foreign = foreignVariables(spec);
  return {
    ...machine(interpreter),
    ...(foreign ? {} : tracing),
    ...ownVariables(facts),
    ...spec.variables,
    ...layerVariables(spec, { ...machine(interpreter), ...spec.variables }),
    ...extended(paths, spec),
    ...(foreign ?? lambdaVariables(facts)),
    _HANDLER: spec.handler,
    AWS_LAMBDA_RUNTIME_API: facts.api,
    LAMBDA_TASK_ROOT: spec.folder,
    LAMBDA_RUNTIME_DIR: runtimeFolder,
    PWD: spec.folder,
    ...liveVariables(spec),
  };
}

function extended(paths: Lists, spec: FunctionSpec): Variables {
  return Object.fromEntries(Object.entries(paths).map(([name, folders]) => [name, join(inFolder(spec.variables[name], spec.folder), ...folders)]));
}

function join(...folders: readonly string[]): string {
  return folders.filter(Boolean).join(path.delimiter);
}

// Where the code lies in the cloud.
function inFolder(folders: string | undefined, folder: string): string {
  return (folders ?? '').replace(/(^|[:;])\/var\/task(?=[/:;]|$)/g, (_all, before: string) => before + folder);
}

const tracing: Variables = { AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR', AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1:2000' };

function lambdaVariables(facts: LaunchFacts): Variables {
  const { spec, stream } = facts;
  return {
    ...credentials,
    ...ownKeys(facts),
    ...(spec.runtime.startsWith('provided') ? {} : { AWS_EXECUTION_ENV: `AWS_Lambda_${spec.runtime}` }),
    AWS_REGION: spec.region,
    AWS_DEFAULT_REGION: spec.region,
    AWS_LAMBDA_FUNCTION_NAME: spec.name,
    AWS_LAMBDA_FUNCTION_VERSION: spec.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memoryMb),
    ...(spec.logging.format === 'JSON' ? { AWS_LAMBDA_LOG_FORMAT: 'JSON', AWS_LAMBDA_LOG_LEVEL: spec.logging.applicationLevel } : {}),
    AWS_LAMBDA_INITIALIZATION_TYPE: spec.provisioned ? 'provisioned-concurrency' : 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: spec.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: stream,
    _AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1',
    _AWS_XRAY_DAEMON_PORT: '2000',
  };
}

// Programs look for these; they open nothing anywhere, unless the runtime's own keys take their place.
const credentials = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local-secret', AWS_SESSION_TOKEN: 'local-session' };

/** What every program finds that this machine runs. */
export function machine(interpreter: Interpreter | undefined): Record<string, string> {
  if (process.platform === 'win32') return { ...windows(interpreter), ...asNode(interpreter) };
  const own = interpreter ? [path.dirname(interpreter.command)] : [];
  const programs = [...own, '/usr/local/bin', '/usr/bin', '/bin', '/opt/bin'];
  return { LANG: 'en_US.UTF-8', TZ: ':UTC', PATH: programs.join(':'), LD_LIBRARY_PATH: '/opt/lib', ...asNode(interpreter) };
}

// Also for what the function starts with the program that it runs on: without it an editor would open.
function asNode(interpreter: Interpreter | undefined): Variables {
  return interpreter?.isEditor ? { ELECTRON_RUN_AS_NODE: '1' } : {};
}

// No program runs on Windows without these few.
function windows(interpreter: Interpreter | undefined): Record<string, string> {
  const names = ['SystemRoot', 'SystemDrive', 'windir', 'TEMP', 'TMP', 'ComSpec', 'PATHEXT'];
  const kept = names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]] as const]));
  const system = process.env.SystemRoot ?? 'C:\\Windows';
  const programs = [...(interpreter ? [path.dirname(interpreter.command)] : []), `${system}\\System32`, system];
  return { ...Object.fromEntries(kept), LANG: 'en_US.UTF-8', TZ: 'UTC', PATH: programs.join(';') };
}
