import type { FunctionRecord } from '../store/records';
import type { ApiCall, ApiReply, World } from './call';
import { invalid, validation } from './errors';
import { parseInput, textOf } from './input';
import { find, functionArn, qualified } from './names';
import { own } from './qualifiers';

// What is asked for is kept and told; here it changes nothing. The runtimes are those of this machine, and nothing ends loops.

export async function getRuntimeManagement(call: ApiCall, world: World, [text = '']: readonly string[]): Promise<ApiReply> {
  const { record, qualifier } = find(world, text, call.query.get('Qualifier'), call.region);
  return { status: 200, body: managementShape(record, qualifier) };
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_PutRuntimeManagementConfig.html */
export async function putRuntimeManagement(call: ApiCall, world: World, [text = '']: readonly string[]): Promise<ApiReply> {
  const input = parseInput(call.body);
  const update = choice(textOf(input, 'UpdateRuntimeOn'), 'updateRuntimeOn', ['Auto', 'Manual', 'FunctionUpdate']);
  const arn = textOf(input, 'RuntimeVersionArn');
  if (update === 'Manual' && arn === undefined) throw invalid("RuntimeVersionArn can't be null when UpdateRuntimeOn is Manual.");
  if (update !== 'Manual' && arn !== undefined) throw invalid('RuntimeVersionArn must be null unless UpdateRuntimeOn is Manual.');
  return change(call, world, text, (record, key, qualifier) => {
    const saved = { ...record, runtimeUpdates: { ...record.runtimeUpdates, [key]: { update, arn } } };
    return { saved, body: managementShape(saved, qualifier) };
  });
}

export async function getRecursion(call: ApiCall, world: World, [text = '']: readonly string[]): Promise<ApiReply> {
  return { status: 200, body: { RecursiveLoop: find(world, text, null, call.region).record.recursion ?? 'Terminate' } };
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionRecursionConfig.html */
export async function putRecursion(call: ApiCall, world: World, [text = '']: readonly string[]): Promise<ApiReply> {
  const recursion = choice(textOf(parseInput(call.body), 'RecursiveLoop'), 'recursiveLoop', ['Terminate', 'Allow']);
  return change(call, world, text, (record) => ({ saved: { ...record, recursion }, body: { RecursiveLoop: recursion } }));
}

function choice(value: string | undefined, member: string, known: readonly string[]): string {
  if (value === undefined) throw validation(undefined, member, 'Member must not be null');
  if (known.includes(value)) return value;
  throw validation(value, member, `Member must satisfy enum value set: [${known.join(', ')}]`);
}

type Change = (record: FunctionRecord, key: string, qualifier: string | undefined) => { readonly saved: FunctionRecord; readonly body: object };

async function change(call: ApiCall, world: World, text: string, work: Change): Promise<ApiReply> {
  const { name } = qualified(text, call.query.get('Qualifier'));
  return world.functions.change(name, async () => {
    const { record, version, qualifier } = find(world, text, call.query.get('Qualifier'), call.region);
    const { saved, body } = work(record, version.version, qualifier);
    await world.functions.save(saved);
    return { status: 200, body };
  });
}

function managementShape(record: FunctionRecord, qualifier: string | undefined): object {
  const chosen = own(record.runtimeUpdates, qualifier ?? '$LATEST') ?? { update: 'Auto' };
  return { UpdateRuntimeOn: chosen.update, FunctionArn: functionArn(record.region, record.name, qualifier), RuntimeVersionArn: chosen.arn ?? null };
}
