import type { VersionRecord } from '../store/records';
import type { Input } from './call';
import { invalid, validation } from './errors';
import { isObject, mapOf, numberOf, shortText, textOf } from './input';
import { loggingOf } from './logSettings';
import { isRetired, supported } from './runtimeNames';
import { toldOf } from './told';

/** The part of a version that a caller chooses. */
export type Settings = Omit<VersionRecord, 'version' | 'revisionId' | 'shownRevision' | 'lastModified' | 'codeSha256' | 'codeSize' | 'folder' | 'sourceDescription' | 'layers'>;

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
  const told = toldOf(input, before.told);
  return {
    runtime: runtimeOf(input) ?? before.runtime,
    handler: shortText(input, 'Handler', 128) ?? before.handler,
    role: roleOf(input) ?? before.role,
    description: shortText(input, 'Description', 256) ?? before.description,
    timeout: numberOf(input, 'Timeout', 1, 900) ?? before.timeout,
    memorySize: numberOf(input, 'MemorySize', 128, 32_768) ?? before.memorySize,
    environment: environmentOf(input, before),
    architectures: architecturesOf(input) ?? before.architectures,
    ephemeralStorage: numberOf(part(input, 'EphemeralStorage'), 'Size', 512, 10_240, 'ephemeralStorage.size') ?? before.ephemeralStorage,
    tracing: textOf(part(input, 'TracingConfig'), 'Mode') ?? before.tracing,
    logGroup: textOf(part(input, 'LoggingConfig'), 'LogGroup') ?? before.logGroup,
    logging: loggingOf(part(input, 'LoggingConfig'), before.logging),
    deadLetter: deadLetterOf(input, before),
    told,
  };
}

function roleOf(input: Input): string | undefined {
  const role = textOf(input, 'Role');
  if (role === undefined || /^arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role\/?[a-zA-Z_0-9+=,.@\-_/]+$/.test(role)) return role;
  throw validation(role, 'role', 'Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+');
}

export function architecturesOf(input: Input): readonly string[] | undefined {
  const value = input.Architectures;
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw validation(JSON.stringify(value), 'architectures', 'Member must be a list');
  const shown = `[${value.join(', ')}]`;
  if (value.length !== 1) throw validation(shown, 'architectures', `Member must have length ${value.length ? 'less' : 'greater'} than or equal to 1`);
  if (['x86_64', 'arm64'].includes(String(value[0]))) return value as string[];
  throw validation(shown, 'architectures', 'Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]');
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
  if (runtime !== undefined && isRetired(runtime)) throw invalid(`The runtime parameter of ${runtime} is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.`);
  if (runtime === undefined || /^(nodejs\d+\.x|python3\.\d+|provided(\.al2(023)?)?)$/.test(runtime)) return runtime;
  if (supported.includes(runtime)) throw invalid(`The local runtime runs nodejs, python3 and provided functions; ${runtime} is not among them.`);
  throw invalid(`Value ${runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [${supported.join(', ')}] or be a valid ARN`);
}

// What would change how the function behaves is refused rather than left out in silence.
function refuseUnknown(input: Input): void {
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
  if (names.some((name) => !/^[A-Za-z]\w+$/.test(name))) {
    const shown = names.map((name) => `${name}=${variables[name] ?? ''}`).join(', ');
    throw validation(`{${shown}}`, 'environment.variables', 'Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]');
  }
  if (Object.values(variables).some((value) => value.includes('\0'))) throw invalid('A value in Environment.Variables must not have the letter 0.');
  if (JSON.stringify(variables).length > 4096) throw invalid(`Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: ${JSON.stringify(variables)}`);
  return variables;
}
