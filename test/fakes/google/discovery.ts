import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Json } from './json';
import { conform, type MessageShape, type Shape } from './shape';

const require = createRequire(__filename);
const apis = new Map<string, ReadonlyMap<string, ReadonlyMap<string, string>>>();

const shapes = new Map<string, MessageShape>();

/**
 * Services whose protos do not ship with the functions client are held to the types that Google generates from their
 * discovery documents into `googleapis`: names and JSON types of members, not the values of enums, which the types leave as strings.
 */
export type Api = 'run/v1' | 'run/v2' | 'logging/v2' | 'cloudresourcemanager/v1' | 'cloudresourcemanager/v3' | 'serviceusage/v1' | 'cloudbuild/v1' | 'cloudfunctions/v1' | 'cloudfunctions/v2';

function schemas(api: Api): ReadonlyMap<string, ReadonlyMap<string, string>> {
  let found = apis.get(api);
  if (!found) apis.set(api, (found = parse(readFileSync(require.resolve(`googleapis/build/src/apis/${api}`).replace(/\.js$/, '.d.ts'), 'utf8'))));
  return found;
}

function parse(text: string): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const bare = text.replace(/\/\*[\s\S]*?\*\//g, '');
  const result = new Map<string, ReadonlyMap<string, string>>();
  for (const [, name = '', body = ''] of bare.matchAll(/export interface Schema\$(\w+) \{([\s\S]*?)\n {4}\}/g)) {
    const members = [...body.matchAll(/^ {8}'?([\w@$.-]+)'?\?: ([\s\S]*?);$/gm)].map(([, member = '', type = '']): [string, string] => [member, type.replace(/ \| null$/, '').replace(/\s+/g, ' ')]);
    result.set(name, new Map(members));
  }
  return result;
}

export function schemaShape(api: Api, name: string): MessageShape {
  const key = `${api} ${name}`;
  const made = shapes.get(key);
  if (made) return made;
  const members = schemas(api).get(name);
  if (!members) throw new Error(`googleapis has no type ${name} in ${api}.`);
  const known = new Map<string, Shape | undefined>();
  const member = (one: string): Shape | undefined => {
    if (!known.has(one)) known.set(one, toShape(api, members.get(one)));
    return known.get(one);
  };
  const shape: MessageShape = { is: 'message', name, member };
  shapes.set(key, shape);
  return shape;
}

function toShape(api: Api, text: string | undefined): Shape | undefined {
  if (text === undefined) return undefined;
  if (text.endsWith('[]')) return { is: 'list', of: toShape(api, text.slice(0, -2)) ?? { is: 'any' } };
  if (text.startsWith('Schema$')) return schemaShape(api, text.slice('Schema$'.length));
  const map = /^\{ \[key: string\]: (.*?);? ?\}$/.exec(text);
  if (map) return { is: 'map', of: toShape(api, map[1]) ?? { is: 'any' } };
  return text === 'string' || text === 'boolean' || text === 'number' ? { is: text } : { is: 'any' };
}

export function readSchema(api: Api, name: string, body: unknown): Json {
  return conform(schemaShape(api, name), body ?? {}) as Json;
}

export function writeSchema(api: Api, name: string, value: Json): Json {
  return conform(schemaShape(api, name), value) as Json;
}
