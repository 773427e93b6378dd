import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';
import { fromProto3JSON, toProto3JSON } from 'proto3-json-serializer';
import { compact, isObject, type Json } from './json';
import { conform, type MessageShape, type Shape } from './shape';

const require = createRequire(__filename);
let loaded: protobuf.Root | undefined;

/** The schema of Cloud Functions as Google ships it with its own client. */
function root(): protobuf.Root {
  if (loaded) return loaded;
  loaded = protobuf.Root.fromJSON(JSON.parse(readFileSync(require.resolve('@google-cloud/functions/build/protos/protos.json'), 'utf8')) as protobuf.INamespace);
  loaded.resolveAll();
  return loaded;
}

const functions = 'google.cloud.functions.v2';

const types = new Map<string, protobuf.Type>();

/** A message of the functions API by its short name. */
export function type(name: string): protobuf.Type {
  const found = types.get(name) ?? root().lookupType(`${functions}.${name}`);
  types.set(name, found);
  return found;
}

const wellKnown: Readonly<Record<string, Shape>> = {
  '.google.protobuf.Timestamp': { is: 'timestamp' },
  '.google.protobuf.Duration': { is: 'duration' },
  '.google.protobuf.FieldMask': { is: 'fieldMask' },
  '.google.protobuf.Any': { is: 'any' },
  '.google.protobuf.Struct': { is: 'any' },
  '.google.protobuf.Value': { is: 'any' },
};

const scalars: Readonly<Record<string, Shape>> = {
  string: { is: 'string' },
  bool: { is: 'boolean' },
  bytes: { is: 'bytes' },
  float: { is: 'number' },
  double: { is: 'number' },
  int32: { is: 'int32' },
  uint32: { is: 'int32' },
  int64: { is: 'int64' },
  uint64: { is: 'int64' },
};

const shapes = new Map<string, MessageShape>();

export function messageShape(of: protobuf.Type): MessageShape {
  const members = new Map<string, Shape | undefined>();
  const member = (name: string): Shape | undefined => {
    if (!members.has(name)) members.set(name, memberShape(of.fields[name]));
    return members.get(name);
  };
  const shape = shapes.get(of.fullName) ?? { is: 'message', name: of.name, member };
  shapes.set(of.fullName, shape);
  return shape;
}

function memberShape(field: protobuf.Field | undefined): Shape | undefined {
  if (!field) return undefined;
  const single = singleShape(field);
  if (field.map) return { is: 'map', of: single };
  return field.repeated ? { is: 'list', of: single } : single;
}

function singleShape(field: protobuf.Field): Shape {
  const resolved = field.resolve().resolvedType;
  if (resolved instanceof protobuf.Enum) return { is: 'enum', values: resolved.values };
  if (resolved instanceof protobuf.Type) return wellKnown[resolved.fullName] ?? messageShape(resolved);
  const scalar = scalars[field.type];
  if (!scalar) throw new Error(`The fake does not know the scalar ${field.type}.`);
  return scalar;
}

/** A request's body, as the schema knows it. */
export function readMessage(name: string, body: unknown, path = ''): Json {
  return conform(messageShape(type(name)), body ?? {}, path) as Json;
}

/** An answer that went through the vendor's own types: what they cannot carry makes the fake fail, not the caller. */
export function writeMessage(name: string, value: Json, intEnums = false): Json {
  const of = type(name);
  const checked = compact(conform(messageShape(of), value) as Json);
  return only(toProto3JSON(fromProto3JSON(of, checked as never) as protobuf.Message, { numericEnums: intEnums }), checked) as Json;
}

/** Without the empty maps and lists that the serialiser adds and the real service leaves out. */
function only(written: unknown, like: unknown): unknown {
  if (Array.isArray(written) && Array.isArray(like)) return written.map((item, index) => only(item, like[index]));
  if (!isObject(written) || !isObject(like)) return written;
  return Object.fromEntries(Object.entries(written).filter(([name]) => name in like).map(([name, item]) => [name, only(item, like[name])]));
}
