import { provisionedOf, type FunctionRecord, type ProvisionedRecord } from '../store/records';
import { aliasNamed } from './aliases';
import { concurrency } from './account';
import type { ApiCall, ApiReply, World } from './call';
import { leastShared } from './concurrency';
import { ApiError, conflict, functionNotFound, invalid, invalidLimit, notFound, validation } from './errors';
import { numberOf, parseInput } from './input';
import { functionArn, parseName, qualified, versionOf } from './names';
import { paged } from './paging';
import { drop, own } from './qualifiers';

// What is asked for is kept and told. Nothing is started for it: a process that waits is here for every function anyway.

/** https://docs.aws.amazon.com/lambda/latest/api/API_PutProvisionedConcurrencyConfig.html */
export async function putProvisioned(call: ApiCall, world: World, [text = '']: readonly string[]): Promise<ApiReply> {
  const requested = numberOf(parseInput(call.body), 'ProvisionedConcurrentExecutions', 1, 1_000_000);
  if (requested === undefined) throw validation(undefined, 'provisionedConcurrentExecutions', 'Member must not be null');
  return change(call, world, text, 'Provisioned Concurrency Configs cannot be applied to unpublished function versions.', (record, key) => {
    refuseSecond(record, key);
    refuseTooMany(world, record, key, requested);
    const config = { requested, lastModified: new Date().toISOString() };
    starting.add(config);
    return { provisioned: { ...record.provisioned, [key]: config }, reply: { status: 202, body: shape(config, false) } };
  });
}

/** Those that nobody looked at yet. In the cloud it takes a while: who looks once sees it under way, who waits sees its end. */
const starting = new WeakSet<ProvisionedRecord>();

/** One of them, or with `List=ALL` all. */
export async function provisionedConcurrency(call: ApiCall, world: World, names: readonly string[]): Promise<ApiReply> {
  return call.query.get('List') === 'ALL' ? listProvisioned(call, world, names) : getProvisioned(call, world, names);
}

async function getProvisioned(call: ApiCall, world: World, [text = '']: readonly string[]): Promise<ApiReply> {
  const { record, key } = placeOf(call, world, text, published);
  const config = own(record.provisioned, key);
  if (!config) throw new ApiError(404, 'ProvisionedConcurrencyConfigNotFoundException', 'No Provisioned Concurrency Config found for this function');
  return { status: 200, body: shape(config, !starting.delete(config)) };
}

export async function deleteProvisioned(call: ApiCall, world: World, [text = '']: readonly string[]): Promise<ApiReply> {
  return change(call, world, text, published, (record, key) => ({ provisioned: drop(record.provisioned, key), reply: { status: 204 } }));
}

async function listProvisioned(call: ApiCall, world: World, [text = '']: readonly string[]): Promise<ApiReply> {
  const { name } = parseName(text);
  const record = world.functions.get(name);
  if (!record) throw functionNotFound(functionArn(call.region, name));
  const all = Object.entries(record.provisioned ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const { page, next } = paged(call, all, ([key]) => key, 50);
  const body = page.map(([key, config]) => ({ FunctionArn: functionArn(record.region, name, key), ...shape(config) }));
  return { status: 200, body: { ProvisionedConcurrencyConfigs: body, ...next } };
}

const published = 'The function resource provided must be an alias or a published version.';

interface Place {
  readonly record: FunctionRecord;
  readonly key: string;
}

function placeOf(call: ApiCall, world: World, text: string, refusal: string): Place {
  const { name, qualifier: key } = qualified(text, call.query.get('Qualifier'));
  if (key === undefined || key === '$LATEST') throw invalid(refusal);
  const record = world.functions.get(name);
  const arn = functionArn(record?.region ?? call.region, name, key);
  if (/^\d+$/.test(key) ? !record || !versionOf(record, key) : false) throw functionNotFound(arn);
  if (!record) throw notFound(`Cannot find alias arn: ${arn}`);
  if (!/^\d+$/.test(key)) aliasNamed(record, key);
  return { record, key };
}

type Change = (record: FunctionRecord, key: string) => { readonly provisioned: FunctionRecord['provisioned']; readonly reply: ApiReply };

async function change(call: ApiCall, world: World, text: string, refusal: string, work: Change): Promise<ApiReply> {
  return world.functions.changeShare(parseName(text).name, async () => {
    const { record, key } = placeOf(call, world, text, refusal);
    const { provisioned, reply } = work(record, key);
    await world.functions.save({ ...record, provisioned });
    return reply;
  });
}

// A version has its environments by its own number or by one alias, not by both.
function refuseSecond(record: FunctionRecord, key: string): void {
  const has = (one: string) => own(record.provisioned, one) !== undefined;
  const alias = record.aliases?.find((one) => one.name === key);
  if (alias && has(alias.version)) throw conflict("Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version");
  if (record.aliases?.some((one) => one.version === key && has(one.name))) throw conflict('Version is pointed by a Provisioned Concurrency alias');
}

function refuseTooMany(world: World, record: FunctionRecord, key: string, requested: number): void {
  const others = provisionedOf(record, key);
  if (record.reserved !== undefined) {
    if (others + requested > record.reserved) throw invalid('Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function');
    return;
  }
  const left = concurrency - (world.functions.taken - provisionedOf(record));
  if (others + requested > left) throw invalidLimit(`Specified ConcurrentExecutions for function is greater than account's unreserved concurrency [${left}].`);
  if (left - others - requested >= leastShared) return;
  throw invalidLimit(`Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${leastShared}].`);
}

function shape({ requested, lastModified }: ProvisionedRecord, isReady = true): object {
  const started = isReady ? requested : 0;
  return {
    RequestedProvisionedConcurrentExecutions: requested,
    AvailableProvisionedConcurrentExecutions: started,
    AllocatedProvisionedConcurrentExecutions: started,
    Status: isReady ? 'READY' : 'IN_PROGRESS',
    LastModified: lastModified.replace('Z', '+0000'),
  };
}
