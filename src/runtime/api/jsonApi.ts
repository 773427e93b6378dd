import { diskSentence } from '../store/diskError';
import { UnreadableFile } from '../store/recordFolder';
import type { ApiCall, ApiReply, Input, World } from './call';
import { ApiError } from './errors';
import { parseInput } from './input';

/** An API whose requests name their operation in a header: https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html */
export interface JsonApi {
  /** What stands before the operation's name there. */
  readonly prefix: string;
  readonly operations: Readonly<Record<string, (input: Input, world: World, call: ApiCall) => object | Promise<object>>>;
  /** HTTP status for an operation that is not known. */
  readonly unknown: 400 | 404;
  /** Type of the error that tells of a fault of ours. */
  readonly fault: string;
  answer(body: object): ApiReply;
  refuse(error: ApiError, operation: string): ApiReply;
}

export function isFor({ prefix }: Pick<JsonApi, 'prefix'>, call: ApiCall): boolean {
  return String(call.headers['x-amz-target'] ?? '').startsWith(prefix);
}

export async function serveJson(api: JsonApi, call: ApiCall, world: World): Promise<ApiReply> {
  const name = String(call.headers['x-amz-target']).slice(api.prefix.length);
  try {
    const operation = Object.hasOwn(api.operations, name) ? api.operations[name] : undefined;
    if (!operation) throw new ApiError(api.unknown, 'UnknownOperationException', `The local runtime does not know ${name}.`);
    return api.answer(await operation(parseInput(call.body), world, call));
  } catch (error) {
    if (error instanceof ApiError) return api.refuse(error, name);
    if (error instanceof UnreadableFile) return api.refuse(new ApiError(500, api.fault, error.message), name);
    world.warn(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return api.refuse(new ApiError(500, api.fault, diskSentence(error) ?? 'The local runtime failed; its log says why.'), name);
  }
}
