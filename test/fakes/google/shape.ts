import { badRequest } from './errors';
import { isObject, toCamel, toSnake, type Json } from './json';

/** What a member of a message may hold, in the words of the vendor's own schema. */
export type Shape =
  | { readonly is: 'string' | 'boolean' | 'number' | 'int32' | 'int64' | 'timestamp' | 'duration' | 'bytes' | 'fieldMask' | 'any' }
  | { readonly is: 'list' | 'map'; readonly of: Shape }
  | { readonly is: 'enum'; readonly values: Readonly<Record<string, number>> }
  | MessageShape;

export interface MessageShape {
  readonly is: 'message';
  readonly name: string;
  readonly member: (name: string) => Shape | undefined;
}

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

const tests: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  number: (value) => typeof value === 'number' || (typeof value === 'string' && value !== '' && Number.isFinite(Number(value))),
  int32: (value) => Number.isInteger(Number(value)) && value !== '' && (typeof value === 'number' || typeof value === 'string') && Math.abs(Number(value)) <= 0x7fffffff,
  int64: (value) => (typeof value === 'number' && Number.isInteger(value)) || (typeof value === 'string' && /^-?\d+$/.test(value)),
  timestamp: (value) => typeof value === 'string' && instant.test(value),
  duration: (value) => typeof value === 'string' && /^-?\d+(\.\d{1,9})?s$/.test(value),
  bytes: (value) => typeof value === 'string' && /^[A-Za-z0-9+/_=-]*$/.test(value),
  fieldMask: (value) => typeof value === 'string',
  any: () => true,
};

/** The value with its members' names in camel case and its enums by name; anything the schema does not know is refused as Google does. */
export function conform(shape: Shape, value: unknown, path = ''): unknown {
  if (value === null) return undefined;
  if (shape.is === 'message') return conformMessage(shape, value, path);
  if (shape.is === 'list') {
    if (!Array.isArray(value)) throw illTyped(path, 'list', value);
    return value.map((item, index) => conform(shape.of, item, `${path}[${index}]`));
  }
  if (shape.is === 'map') {
    if (!isObject(value)) throw illTyped(path, 'map', value);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, conform(shape.of, item, `${path}[${key}]`)]));
  }
  if (shape.is === 'enum') return conformEnum(shape.values, value, path);
  if (!tests[shape.is]?.(value)) throw illTyped(path, shape.is, value);
  return shape.is === 'int32' || shape.is === 'number' ? Number(value) : shape.is === 'int64' ? `${value as string | number}` : value;
}

function conformMessage(shape: MessageShape, value: unknown, path: string): Json {
  if (!isObject(value)) throw illTyped(path, shape.name, value);
  const result: Json = {};
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    const name = toCamel(key);
    const member = shape.member(name);
    if (!member) throw unknownName(key, path);
    const conformed = conform(member, item, path === '' ? toSnake(name) : `${path}.${toSnake(name)}`);
    if (conformed !== undefined) result[name] = conformed;
  }
  return result;
}

function conformEnum(values: Readonly<Record<string, number>>, value: unknown, path: string): string {
  const found = Object.entries(values).find(([name, number]) => name === value || number === value);
  if (!found) throw illTyped(path, 'enum', value);
  return found[0];
}

function unknownName(name: string, path: string): Error {
  const where = path === '' ? '' : ` at '${path}'`;
  return badRequest(path, `Invalid JSON payload received. Unknown name "${name}"${where}: Cannot find field.`);
}

function illTyped(path: string, type: string, value: unknown): Error {
  return badRequest(path, `Invalid value at '${path}' (${type}), ${JSON.stringify(value)}`);
}
