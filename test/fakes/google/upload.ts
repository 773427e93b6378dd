import { randomBytes, randomUUID } from 'node:crypto';
import type { Call, Parts, Reply, Route } from './call';
import type { Json } from './json';
import type { FakeProject } from './project';
import type { World } from './world';

export interface StorageSource extends Json {
  readonly bucket: string;
  readonly object: string;
  readonly generation?: string;
}

/** Where a client may put its code: a bucket that is not the one the function later names. */
export function uploadPlace(project: FakeProject, location: string): { uploadUrl: string; storageSource: StorageSource } {
  const storageSource = { bucket: `gcf-v2-uploads-${project.number}.${location}.cloudfunctions.appspot.com`, object: `${randomUUID()}.zip` };
  return { uploadUrl: signed(project.world, storageSource), storageSource };
}

/** A URL that needs no bearer; whoever has it may use it. */
export function signed(world: World, { bucket, object }: StorageSource): string {
  const account = 'service-1@gcf-admin-robot.iam.gserviceaccount.com';
  const query = new URLSearchParams({ GoogleAccessId: account, Expires: String(Math.floor(Date.now() / 1000) + 1800), Signature: randomBytes(32).toString('base64') });
  return `${world.origin}/storage/${bucket}/${object}?${query.toString()}`;
}

/** Keeps the code where the function is built from, and gives that place. */
export function keepCode(project: FakeProject, location: string, id: string, code: Buffer): StorageSource {
  const kept = { bucket: `gcf-v2-sources-${project.number}-${location}`, object: `${id}/function-source.zip`, generation: String(Date.now() * 1000) };
  project.world.objects.set(`${kept.bucket}/${kept.object}`, code);
  return kept;
}

/** The signature covers exactly one header; anything else that storage would have to look at breaks it. */
function put(call: Call, { bucket = '', object = '' }: Parts): Reply {
  const extra = Object.keys(call.headers).find((name) => name === 'authorization' || name.startsWith('x-goog-'));
  if (extra !== undefined) return refuse(`The header ${extra} is not part of the signature.`);
  if (call.headers['content-type'] !== 'application/zip') return refuse('The content-type must be application/zip, as it was signed.');
  if (!call.query.has('Signature') || Number(call.query.get('Expires')) * 1000 < Date.now()) return refuse('The signature is missing or has expired.');
  call.world.objects.set(`${bucket}/${object}`, call.body);
  return { status: 200, headers: { 'x-goog-generation': String(Date.now() * 1000) } };
}

function get(call: Call, { bucket = '', object = '' }: Parts): Reply {
  if (!call.query.has('Signature')) return refuse('Anonymous caller does not have storage.objects.get access.');
  const body = call.world.objects.get(`${bucket}/${object}`);
  if (!body) return xml(404, 'NoSuchKey', 'The specified key does not exist.');
  return { headers: { 'content-type': 'application/zip' }, body };
}

function refuse(detail: string): Reply {
  return xml(403, 'SignatureDoesNotMatch', `The request signature we calculated does not match the signature you provided. ${detail}`);
}

function xml(status: number, code: string, message: string): Reply {
  return { status, headers: { 'content-type': 'application/xml; charset=UTF-8' }, body: `<?xml version='1.0' encoding='UTF-8'?><Error><Code>${code}</Code><Message>${message}</Message></Error>` };
}

export const uploadRoutes: readonly Route[] = [
  { method: 'PUT', path: '/storage/{bucket}/{object...}', handle: put },
  { method: 'GET', path: '/storage/{bucket}/{object...}', handle: get },
];
