import { lookup } from '../api/names';
import type { DebugRequest } from '../engine/debuggers';
import type { OwnCall, OwnOperation, OwnReply } from './index';

const refusals: Readonly<Record<string, number>> = { AlreadyDebugged: 409, NoDebugger: 422, MissingInterpreter: 422 };

/**
 * Debugs a function for as long as the request is held open: one line of JSON once calls go to the debugger, an empty
 * object, then one for every process that waits for a debugger, a `DebugProcess`.
 */
export const debug: OwnOperation = async (call) => {
  const { world, names: [name = ''], response } = call;
  const found = lookup(world, name, '$LATEST');
  if (!found) return { status: 404, body: { message: `There is no function ${name}; deploy it first.` } };
  const { runtime, folder } = found.version;
  const write = (line: object): void => void response.write(`${JSON.stringify(line)}\n`);
  try {
    await world.engine.debug({ name, runtime, python: folder === undefined ? undefined : world.live.interpreter({ ...found.version, folder }), ...wishes(call), announce: write });
  } catch (error) {
    return refusal(error);
  }
  response.on('close', () => void end(call, name));
  // It may have gone while its debugger was looked for.
  if (response.destroyed) return void (await end(call, name));
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  write({});
  return undefined;
};

/** Stops the clock of the call that runs, or has it go on. */
export const hold: OwnOperation = ({ world, names: [name = ''], input }) => {
  const isHeld = typeof input === 'object' && input !== null && 'held' in input && input.held === true;
  const session = world.engine.debugging.of({ name, version: '$LATEST' });
  session?.hold(isHeld);
  return session ? { status: 204 } : { status: 404, body: { message: `${name} is not being debugged.` } };
};

async function end({ world }: OwnCall, name: string): Promise<void> {
  await world.engine.debugging.end(name).catch((error: unknown) => world.warn(`A debugged process could not be ended: ${String(error)}`));
}

function wishes({ input }: OwnCall): Pick<DebugRequest, 'debugpy' | 'env'> {
  const { debugpy, env } = Object(input) as { readonly debugpy?: unknown; readonly env?: unknown };
  const variables = Object.entries(Object(env) as object).filter((one): one is [string, string] => typeof one[1] === 'string');
  return { debugpy: typeof debugpy === 'string' ? debugpy : undefined, env: Object.fromEntries(variables) };
}

function refusal(error: unknown): OwnReply {
  const status = error instanceof Error ? refusals[error.name] : undefined;
  if (status === undefined || !(error instanceof Error)) throw error;
  return { status, body: { message: error.message } };
}
