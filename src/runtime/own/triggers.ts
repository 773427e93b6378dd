import type { FunctionRecord } from '../store/records';
import { addTrigger, removeTrigger, turnTrigger } from '../trigger/change';
import { triggerFacts } from '../trigger/facts';
import { Refusal } from '../trigger/refusal';
import type { OwnCall, OwnOperation, OwnReply } from './index';

/** What calls a function. */
export const listTriggers: OwnOperation = (call) => answer(async () => ({ status: 200, body: triggerFacts(call.world, functionOf(call)) }));

/** Adds a trigger, which is off; answers with it. */
export const postTrigger: OwnOperation = (call) =>
  answer(async () => {
    const id = await addTrigger(call.world, functionOf(call), call.input);
    return shown(call, 201, id);
  });

/** Turns a trigger on or off; answers with it. */
export const putTrigger: OwnOperation = (call) =>
  answer(async () => {
    const { enabled } = Object(call.input) as { readonly enabled?: unknown };
    if (typeof enabled !== 'boolean') throw new Refusal('Say with "enabled", true or false, whether the trigger is to be on.');
    await turnTrigger(call.world, functionOf(call), call.names[1] ?? '', enabled);
    return shown(call, 200, call.names[1] ?? '');
  });

export const deleteTrigger: OwnOperation = (call) =>
  answer(async () => {
    await removeTrigger(call.world, functionOf(call), call.names[1] ?? '');
    return { status: 200, body: {} };
  });

function shown(call: OwnCall, status: number, id: string): OwnReply {
  const trigger = triggerFacts(call.world, functionOf(call)).find((one) => one.id === id);
  if (trigger) return { status, body: trigger };
  throw new Refusal('The trigger was removed meanwhile; refresh the list.', 404);
}

function functionOf({ names: [name = ''], world }: OwnCall): FunctionRecord {
  const record = world.functions.get(name);
  if (record) return record;
  throw new Refusal(`There is no local function ${name} any more; refresh the list.`, 404);
}

async function answer(work: () => Promise<OwnReply>): Promise<OwnReply> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal) return { status: error.status, body: { message: error.message } };
    throw error;
  }
}
