import { randomBytes } from 'node:crypto';
import type { CorsRecord, FunctionRecord, UrlRecord } from '../store/records';
import type { ApiCall, ApiReply, Input, World } from './call';
import { conflict, notFound, validation } from './errors';
import { isObject, numberOf, parseInput, textOf } from './input';
import { functionArn, lookup, parseName, qualified } from './names';
import { paged } from './paging';
import { drop, own } from './qualifiers';

export async function createUrl(call: ApiCall, world: World, [text = '']: readonly string[]): Promise<ApiReply> {
  const input = parseInput(call.body);
  const { name, key } = placeOf(call, text);
  const auth = authOf(input);
  if (!auth) throw validation(undefined, 'authType', 'Member must not be null');
  return world.functions.change(name, async () => {
    const record = lookup(world, name, key)?.record;
    if (!record) throw notFound('Function does not exist');
    if (own(record.urls, key)) throw conflict(`Failed to create function url config for [functionArn = ${arnOf(record, key)}]. Error message:  FunctionUrlConfig exists for this Lambda function`);
    const url: UrlRecord = { ...newUrl(auth, corsOf(input)), mode: modeOf(input) ?? 'BUFFERED' };
    const saved = await serve(world, record, key, url);
    const told = { ...shape(world, record, key, saved), LastModifiedTime: undefined, InvokeMode: modeOf(input) };
    return { status: 201, body: told };
  });
}

export async function updateUrl(call: ApiCall, world: World, [text = '']: readonly string[]): Promise<ApiReply> {
  const input = parseInput(call.body);
  const { name, key } = placeOf(call, text);
  return world.functions.change(name, async () => {
    if (!lookup(world, name, key)) throw notFound('Function does not exist');
    const { record, url } = existing(world, name, key);
    const changed = {
      ...url,
      auth: authOf(input) ?? url.auth,
      mode: modeOf(input) ?? url.mode,
      cors: isObject(input.Cors) ? corsOf(input) : url.cors,
      lastModified: new Date().toISOString(),
    };
    await world.functions.save({ ...record, urls: { ...record.urls, [key]: changed } });
    return { status: 200, body: { ...shape(world, record, key, changed), InvokeMode: modeOf(input) } };
  });
}

export async function getUrl(call: ApiCall, world: World, [text = '']: readonly string[]): Promise<ApiReply> {
  const { name, key } = placeOf(call, text);
  const { record, url } = existing(world, name, key);
  return { status: 200, body: shape(world, record, key, url) };
}

export async function deleteUrl(call: ApiCall, world: World, [text = '']: readonly string[]): Promise<ApiReply> {
  const { name, key } = placeOf(call, text);
  return world.functions.change(name, async () => {
    const { record, url } = existing(world, name, key);
    await world.functions.save({ ...record, urls: drop(record.urls, key) });
    world.urls.close(url.id);
    return { status: 204 };
  });
}

export async function listUrls(call: ApiCall, world: World, [text = '']: readonly string[]): Promise<ApiReply> {
  const record = world.functions.get(parseName(text).name);
  if (!record) throw notFound('Function does not exist');
  const all = Object.entries(record.urls ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const { page, next } = paged(call, all, ([key]) => key, 50);
  return { status: 200, body: { FunctionUrlConfigs: page.map(([key, url]) => shape(world, record, key, url)), ...next } };
}

/** A URL that is nowhere yet. */
export function newUrl(auth: UrlRecord['auth'], cors: CorsRecord | undefined): UrlRecord {
  const now = new Date().toISOString();
  return { id: newId(), created: now, lastModified: now, auth, mode: 'BUFFERED', cors };
}

/** Serves a URL that was off; `false` when the function has another in its place, or is gone. */
export async function turnUrlOn(world: World, name: string, key: string, url: UrlRecord): Promise<boolean> {
  return world.functions.change(name, async () => {
    const record = lookup(world, name, key)?.record;
    if (!record || own(record.urls, key)) return false;
    await serve(world, record, key, url);
    return true;
  });
}

/** Ends a URL. */
export async function turnUrlOff(world: World, name: string, key: string): Promise<void> {
  await world.functions.change(name, async () => {
    const record = world.functions.get(name);
    const url = own(record?.urls, key);
    if (!record || !url) return;
    await world.functions.save({ ...record, urls: drop(record.urls, key) });
    world.urls.close(url.id);
  });
}

/** Opens the ports of all URLs: at the start, once. */
export async function openUrls(world: World): Promise<void> {
  for (const { name, urls = {} } of world.functions.list()) {
    for (const key of Object.keys(urls)) {
      const opening = world.functions.change(name, () => reopen(world, name, key));
      await opening.catch((error: unknown) => world.warn(`The URL of ${name} could not be opened: ${String(error)}`));
    }
  }
}

async function reopen(world: World, name: string, key: string): Promise<void> {
  const record = world.functions.get(name);
  const url = own(record?.urls, key);
  if (record && url) await serve(world, record, key, url);
}

// The port is kept with the function, so that the address is the same after a restart, if nobody took it meanwhile.
async function serve(world: World, record: FunctionRecord, key: string, url: UrlRecord): Promise<UrlRecord> {
  const port = await world.urls.open({ id: url.id, name: record.name, key }, url.port);
  const saved = { ...url, port };
  if (own(record.urls, key)?.port !== port || own(record.urls, key)?.id !== url.id) await world.functions.save({ ...record, urls: { ...record.urls, [key]: saved } });
  return saved;
}

function placeOf(call: ApiCall, text: string): { name: string; key: string } {
  const { name, qualifier } = qualified(text, call.query.get('Qualifier'));
  if (qualifier === undefined) return { name, key: '$LATEST' };
  if (/^(?!\d+$)[\w-]+$/.test(qualifier)) return { name, key: qualifier };
  throw validation(qualifier, 'qualifier', 'Member must satisfy regular expression pattern: ((?!^\\d+$)^[0-9a-zA-Z-_]+$)');
}

function existing(world: World, name: string, key: string): { record: FunctionRecord; url: UrlRecord } {
  const record = world.functions.get(name);
  const url = own(record?.urls, key);
  if (record && url) return { record, url };
  throw notFound('The resource you requested does not exist.');
}

function authOf(input: Input): UrlRecord['auth'] | undefined {
  const auth = textOf(input, 'AuthType');
  if (auth === undefined || auth === 'NONE' || auth === 'AWS_IAM') return auth;
  throw validation(auth, 'authType', 'Member must satisfy enum value set: [NONE, AWS_IAM]');
}

function modeOf(input: Input): UrlRecord['mode'] | undefined {
  const mode = textOf(input, 'InvokeMode');
  if (mode === undefined || mode === 'BUFFERED' || mode === 'RESPONSE_STREAM') return mode;
  throw validation(mode, 'invokeMode', 'Member must satisfy enum value set: [RESPONSE_STREAM, BUFFERED]');
}

function corsOf(input: Input): CorsRecord | undefined {
  const cors = isObject(input.Cors) ? input.Cors : {};
  const chosen: CorsRecord = {
    ...(typeof cors.AllowCredentials === 'boolean' ? { AllowCredentials: cors.AllowCredentials } : {}),
    ...Object.fromEntries(['AllowHeaders', 'AllowMethods', 'AllowOrigins', 'ExposeHeaders'].flatMap((member) => textsOf(cors, member))),
    ...(cors.MaxAge === undefined ? {} : { MaxAge: numberOf(cors, 'MaxAge', 0, 86_400, 'cors.maxAge') }),
  };
  return Object.keys(chosen).length ? chosen : undefined;
}

function textsOf(cors: Input, member: string): readonly (readonly [string, readonly string[]])[] {
  const value = cors[member];
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.length <= 100 && value.every((one) => typeof one === 'string')) return [[member, value]];
  throw validation(JSON.stringify(value), `cors.${member.charAt(0).toLowerCase()}${member.slice(1)}`, 'Member must be a list of at most 100 strings');
}

function newId(): string {
  return [...randomBytes(32)].map((byte) => (byte % 36).toString(36)).join('');
}

function arnOf(record: FunctionRecord, key: string): string {
  return functionArn(record.region, record.name, key === '$LATEST' ? undefined : key);
}

function shape(world: World, record: FunctionRecord, key: string, url: UrlRecord): Record<string, unknown> {
  return {
    FunctionUrl: world.urls.address(url.id),
    FunctionArn: arnOf(record, key),
    AuthType: url.auth,
    ...(url.cors ? { Cors: url.cors } : {}),
    CreationTime: url.created,
    LastModifiedTime: url.lastModified,
    InvokeMode: url.mode,
  };
}
