import { randomFillSync, randomUUID } from 'node:crypto';
import { textLogging } from '../engine/logging';
import type { Call, FunctionSpec, Outcome } from '../engine/spec';
import { stackOf } from '../store/code';
import { isMissing } from '../store/files';
import { provisionedOf, type FunctionRecord, type VersionRecord } from '../store/records';
import { route } from './aliases';
import type { ApiCall, ApiReply, World } from './call';
import { isProvisioned } from './concurrency';
import { ApiError, invalidContent, tooLarge, tooLargeEvent, tooMany, validation } from './errors';
import { find, functionArn, qualified, type Found } from './names';

export const maxSync = 6_291_456;
const maxAsync = 1_048_576;
const maxContext = 3583;
const kinds: readonly string[] = ['RequestResponse', 'Event', 'DryRun'];

export async function invoke(call: ApiCall, world: World, [text = '']: readonly string[]): Promise<ApiReply> {
  const kind = header(call, 'x-amz-invocation-type') ?? 'RequestResponse';
  const found = findInvoked(call, world, text);
  if (!kinds.includes(kind)) throw validation(kind, 'invocationType', 'Member must satisfy enum value set: [Event, RequestResponse, DryRun]');
  if (kind === 'DryRun') return { status: 204 };
  const made = makeCall(call, found, kind === 'Event' ? maxAsync : maxSync);
  if (kind === 'RequestResponse') return answer(call, found, made, await runNow(world, found, made));
  await world.queue.add({ name: found.record.name, qualifier: found.qualifier, call: made });
  return { status: 202, headers: { 'x-amzn-requestid': made.requestId } };
}

/** The old way to send an event without waiting. */
export async function invokeAsync(call: ApiCall, world: World, [text = '']: readonly string[]): Promise<ApiReply> {
  const found = findInvoked(call, world, text);
  const made = makeCall(call, found, maxAsync);
  await world.queue.add({ name: found.record.name, qualifier: found.qualifier, call: made });
  return { status: 202, headers: { 'x-amzn-requestid': made.requestId }, body: { Status: 202 } };
}

/** How the engine is to run a version, with the code that it has now. */
async function specOf(world: World, { record, version }: Found): Promise<FunctionSpec> {
  const spec = makeSpec(record, version, await codeToRun(world, version, record.name), sharedOf(world));
  // The code in a folder may be another at the next call.
  if (!version.folder) specs.set(version, { record, spec });
  return spec;
}

/** As `specOf`, of a version that ran just so before and is warm. */
function knownSpec(world: World, { record, version }: Found): FunctionSpec | undefined {
  const known = specs.get(version);
  return known?.record === record && known.spec.shared === sharedOf(world) && world.engine.isWarm(version.revisionId) ? known.spec : undefined;
}

/** How many calls may run at once that have no number of their own. */
function sharedOf({ engine, functions }: World): number {
  return engine.limit - functions.reserved;
}

/** Those made last, each of a record that is put in another's place when anything changes. */
const specs = new WeakMap<VersionRecord, { readonly record: FunctionRecord; readonly spec: FunctionSpec }>();

function makeSpec(record: FunctionRecord, version: VersionRecord, code: Code, shared: number): FunctionSpec {
  return {
    name: record.name,
    version: version.version,
    region: record.region,
    runtime: version.runtime,
    handler: version.handler,
    memoryMb: version.memorySize,
    timeoutSeconds: version.timeout,
    variables: version.environment ?? {},
    ...code,
    logGroup: version.logGroup,
    logging: version.logging ?? textLogging,
    ...roomOf(record, version),
    shared,
  };
}

// What is provisioned for some versions is taken from what the others share.
function roomOf(record: FunctionRecord, { version }: VersionRecord): Pick<FunctionSpec, 'reserved' | 'provisioned'> {
  const provisioned = isProvisioned(record, version);
  return { provisioned, reserved: record.reserved === undefined || provisioned ? record.reserved : record.reserved - provisionedOf(record) };
}

type Code = Pick<FunctionSpec, 'revision' | 'folder' | 'opt' | 'live'>;

async function codeToRun(world: World, version: VersionRecord, name: string): Promise<Code> {
  const { revisionId: revision, codeSha256, folder } = version;
  const opt = await layersToRun(world, version);
  if (folder) return { ...(await world.live.look({ ...version, folder })), folder, opt };
  if (!world.engine.isWarm(revision)) await unpack(world, name, codeSha256);
  return { revision, folder: world.code.folder(codeSha256), opt };
}

async function layersToRun(world: World, { revisionId, layers = [] }: VersionRecord): Promise<string | undefined> {
  const [first, ...others] = layers.map((layer) => layer.codeSha256);
  if (first === undefined) return undefined;
  if (!world.engine.isWarm(revisionId)) await unpack(world, layers.map((layer) => layer.arn).join(', '), first, ...others);
  return world.code.folder(stackOf([first, ...others]));
}

async function unpack({ code }: World, name: string, ...hashes: readonly [string, ...string[]]): Promise<void> {
  try {
    await code.ensure(...hashes);
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new ApiError(502, 'InvalidZipFileException', `The package of ${name} is gone from ${hashes.map((sha256) => code.zip(sha256)).join(' or ')}; deploy the function again.`);
  }
}

// A function that is not there is reported with its qualifier here, and without it everywhere else.
export function findInvoked(call: ApiCall, world: World, text: string): Found {
  const { name, qualifier } = qualified(text, call.query.get('Qualifier'));
  return route(find(world, name, qualifier ?? '$LATEST', call.region));
}

export function makeCall(call: ApiCall, found: Found, limit: number): Call {
  if (call.body.length > limit) throw limit === maxAsync ? tooLargeEvent(call.body.length, limit) : tooLarge(limit);
  const payload = call.body.length ? call.body : Buffer.from('{}');
  try {
    JSON.parse(payload.toString('utf8'));
  } catch (error) {
    throw invalidContent(`Could not parse request body into json: Could not parse payload into json: ${error instanceof Error ? error.message : String(error)}`);
  }
  const context = header(call, 'x-amz-client-context');
  return { requestId: randomUUID(), arn: invokedArn(found), payload, traceId: traceId(found.version, header(call, 'x-amzn-trace-id')), clientContext: context && decodeContext(context) };
}

function invokedArn({ record, qualifier }: Found): string {
  return functionArn(record.region, record.name, qualifier === '$LATEST' ? undefined : qualifier);
}

function decodeContext(text: string): string {
  if (text.length > maxContext) throw invalidContent(`Client context must have at most ${maxContext} bytes of Base64.`);
  const json = Buffer.from(text, 'base64').toString('utf8');
  try {
    // Again as JSON without line ends and beyond ASCII, because it travels in a header.
    return JSON.stringify(JSON.parse(json)).replace(/[\u007f-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw invalidContent('Client context must be a valid Base64-encoded JSON object.');
  }
}

/** Rejects with `NoRoom` when it must wait. */
export async function run(world: World, found: Found, made: Call): Promise<Outcome> {
  const spec = knownSpec(world, found) ?? (await specOf(world, found));
  const resource = found.qualifier === '$LATEST' || found.qualifier === undefined ? found.record.name : `${found.record.name}:${found.qualifier}`;
  return world.metrics.measure(resource, () => world.engine.invoke(spec, made));
}

/** As `run`, for a caller that waits. */
export async function runNow(world: World, found: Found, made: Call): Promise<Outcome> {
  try {
    return await run(world, found, made);
  } catch (error) {
    if (error instanceof Error && error.name === 'NoRoom') throw tooMany(error.message);
    throw error;
  }
}

function answer(call: ApiCall, found: Found, made: Call, outcome: Outcome): ApiReply {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'x-amzn-requestid': made.requestId,
    'x-amz-executed-version': found.version.version,
    'x-amzn-trace-id': made.traceId,
    'x-amzn-remapped-content-length': '0',
  };
  if (!outcome.ok) headers['x-amz-function-error'] = 'Unhandled';
  if (wantsLog(call)) headers['x-amz-log-result'] = Buffer.from(outcome.tail()).toString('base64');
  return { status: 200, headers, body: outcome.payload };
}

export function wantsLog(call: ApiCall): boolean {
  return header(call, 'x-amz-log-type') === 'Tail';
}

/** That of the caller, or a new one; followed further only if the function is to be traced. */
export function traceId(version?: VersionRecord, given?: string): string {
  if (given && /\bRoot=1-[0-9a-f]{8}-[0-9a-f]{24}\b/.test(given) && given.length < 1000) return given;
  const time = Math.floor(Date.now() / 1000).toString(16);
  const digits = randomDigits();
  return `Root=1-${time}-${digits.slice(0, 24)};Parent=${digits.slice(24)};Sampled=${version?.tracing === 'Active' ? 1 : 0}`;
}

const digitBytes = 20;
const random = { bytes: Buffer.alloc(digitBytes * 128), at: 0 };

// Fetched for many at once: to ask the system costs much more than to have it.
function randomDigits(): string {
  if (random.at % random.bytes.length === 0) randomFillSync(random.bytes);
  const at = random.at % random.bytes.length;
  random.at = at + digitBytes;
  return random.bytes.toString('hex', at, random.at);
}

function header(call: ApiCall, name: string): string | undefined {
  const value = call.headers[name];
  return typeof value === 'string' ? value : undefined;
}
