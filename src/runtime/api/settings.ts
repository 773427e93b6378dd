import type { VersionRecord } from '../store/records';
import type { Input } from './call';
import { invalid } from './errors';
import { isObject, mapOf, numberOf, textOf } from './input';
import { loggingOf } from './logSettings';

/** The part of a version that a caller chooses. */
export type Settings = Omit<VersionRecord, 'version' | 'revisionId' | 'lastModified' | 'codeSha256' | 'codeSize' | 'folder' | 'sourceDescription'>;

export function defaults(name: string): Settings {
  return {
    runtime: '',
    handler: '',
    role: '',
    description: '',
    timeout: 3,
    memorySize: 128,
    architectures: ['x86_64'],
    ephemeralStorage: 512,
    tracing: 'PassThrough',
    logGroup: `/aws/lambda/${name}`,
  };
}

/** Settings as a request asks for them; members that it leaves out stay as they are. */
export function readSettings(input: Input, before: Settings): Settings {
  refuseUnknown(input);
  return {
    runtime: runtimeOf(input) ?? before.runtime,
    handler: textOf(input, 'Handler') ?? before.handler,
    role: textOf(input, 'Role') ?? before.role,
    description: textOf(input, 'Description') ?? before.description,
    timeout: numberOf(input, 'Timeout', 1, 900) ?? before.timeout,
    memorySize: numberOf(input, 'MemorySize', 128, 32_768) ?? before.memorySize,
    environment: environmentOf(input, before),
    architectures: architecturesOf(input) ?? before.architectures,
    ephemeralStorage: numberOf(part(input, 'EphemeralStorage'), 'Size', 512, 10_240) ?? before.ephemeralStorage,
    tracing: textOf(part(input, 'TracingConfig'), 'Mode') ?? before.tracing,
    logGroup: textOf(part(input, 'LoggingConfig'), 'LogGroup') ?? before.logGroup,
    logging: loggingOf(part(input, 'LoggingConfig'), before.logging),
    deadLetter: deadLetterOf(input, before),
  };
}

export function architecturesOf(input: Input): readonly string[] | undefined {
  const value = input.Architectures;
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value) && value.length === 1 && ['x86_64', 'arm64'].includes(String(value[0]))) return value as string[];
  throw invalid('Architectures must be one of x86_64 and arm64.');
}

function part(input: Input, member: string): Input {
  const value = input[member];
  return isObject(value) ? value : {};
}

// An empty text takes it away.
function deadLetterOf(input: Input, before: Settings): string | undefined {
  const arn = textOf(part(input, 'DeadLetterConfig'), 'TargetArn');
  if (arn === undefined) return before.deadLetter;
  if (arn === '' || /^arn:aws[a-z-]*:(sqs|sns):[a-z0-9-]+:\d{12}:.+$/.test(arn)) return arn || undefined;
  throw invalid('The target of DeadLetterConfig must be the ARN of a queue or a topic.');
}

function runtimeOf(input: Input): string | undefined {
  const runtime = textOf(input, 'Runtime');
  if (runtime === undefined || /^(nodejs\d+\.x|python3\.\d+|provided(\.al2(023)?)?)$/.test(runtime)) return runtime;
  throw invalid(`The local runtime runs nodejs, python3 and provided functions; ${runtime} is not among them.`);
}

// What would change how the function behaves is refused rather than left out in silence.
function refuseUnknown(input: Input): void {
  if (Array.isArray(input.Layers) && input.Layers.length) throw invalid('The local runtime has no layers: put their content into the package.');
  if (textOf(input, 'PackageType') === 'Image') throw invalid('The local runtime runs zip packages, not images.');
}

const reserved = /^(_HANDLER|_X_AMZN_TRACE_ID|AWS_(REGION|DEFAULT_REGION|EXECUTION_ENV|ACCESS_KEY|ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|LAMBDA_(FUNCTION_NAME|FUNCTION_MEMORY_SIZE|FUNCTION_VERSION|INITIALIZATION_TYPE|LOG_GROUP_NAME|LOG_STREAM_NAME|RUNTIME_API))|LAMBDA_TASK_ROOT|LAMBDA_RUNTIME_DIR)$/;

function environmentOf(input: Input, before: Settings): Settings['environment'] {
  if (!isObject(input.Environment)) return before.environment;
  const variables = mapOf(input.Environment.Variables, 'Environment.Variables') ?? {};
  const names = Object.keys(variables);
  const bad = names.filter((name) => reserved.test(name));
  if (bad.length) {
    throw invalid(`Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${bad.join(', ')}`);
  }
  if (names.some((name) => !/^[A-Za-z]\w+$/.test(name)) || Object.values(variables).some((value) => value.includes('\0'))) {
    throw invalid('A name in Environment.Variables must be at least two letters, digits or underscores, a letter first.');
  }
  if (JSON.stringify(variables).length > 4096) throw invalid('Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit.');
  return names.length ? variables : undefined;
}
