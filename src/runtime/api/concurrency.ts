import { provisionedOf, type FunctionRecord } from '../store/records';
import { concurrency } from './account';
import type { ApiCall, ApiReply, World } from './call';
import { functionNotFound, invalid, invalidLimit, validation } from './errors';
import { numberOf, parseInput } from './input';
import { find, functionArn, parseName } from './names';
import { own } from './qualifiers';

/** So much stays for the functions that reserve nothing; AWS keeps the same part, 100 of 1,000. */
export const leastShared = Math.floor(concurrency / 10);

export async function getConcurrency(call: ApiCall, world: World, [text = '']: readonly string[]): Promise<ApiReply> {
  const { record } = find(world, text, null, call.region);
  return { status: 200, body: shape(record) };
}

export async function putConcurrency(call: ApiCall, world: World, [text = '']: readonly string[]): Promise<ApiReply> {
  const reserved = numberOf(parseInput(call.body), 'ReservedConcurrentExecutions', 0, 1_000_000);
  if (reserved === undefined) throw validation(undefined, 'reservedConcurrentExecutions', 'Member must not be null');
  return change(call, world, text, (record) => {
    const provisioned = provisionedOf(record);
    const others = world.functions.taken - (record.reserved ?? provisioned);
    if (concurrency - others - reserved < leastShared) {
      throw invalidLimit(`Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${leastShared}].`);
    }
    if (reserved < provisioned) throw invalidLimit(` ReservedConcurrentExecutions  ${reserved} should not be lower than function's total provisioned concurrency [${provisioned}].`);
    const saved = { ...record, reserved };
    return { saved, reply: { status: 200, body: shape(saved) } };
  });
}

export async function deleteConcurrency(call: ApiCall, world: World, [text = '']: readonly string[]): Promise<ApiReply> {
  return change(call, world, text, (record) => ({ saved: { ...record, reserved: undefined }, reply: { status: 204 } }));
}

/** Whether environments were asked to be kept ready for a version, by its number or by an alias of it. */
export function isProvisioned({ provisioned, aliases = [] }: FunctionRecord, version: string): boolean {
  if (!provisioned) return false;
  return [version, ...aliases.filter((alias) => alias.version === version).map((alias) => alias.name)].some((key) => own(provisioned, key) !== undefined);
}

type Change = (record: FunctionRecord) => { readonly saved: FunctionRecord; readonly reply: ApiReply };

async function change(call: ApiCall, world: World, text: string, work: Change): Promise<ApiReply> {
  const { name, qualifier } = parseName(text);
  if (qualifier) throw invalid('This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.');
  return world.functions.changeShare(name, async () => {
    const record = world.functions.get(name);
    if (!record) throw functionNotFound(functionArn(call.region, name, '$LATEST'));
    const { saved, reply } = work(record);
    await world.functions.save(saved);
    return reply;
  });
}

function shape(record: FunctionRecord): object {
  return record.reserved === undefined ? {} : { ReservedConcurrentExecutions: record.reserved };
}
