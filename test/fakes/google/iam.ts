import { jsonBody, type Call, type Reply } from './call';
import { writeSchema } from './discovery';
import { ApiError, badRequest } from './errors';
import { conform } from './shape';
import { schemaShape } from './discovery';
import { compact, isObject, type Json } from './json';
import type { Policy } from './project';
import { etag } from './world';

interface Held {
  policy: Policy;
}

export function getPolicy(held: Held): Reply {
  return { json: write(held.policy) };
}

/** Refuses a policy that was read before the last change to it. Without an etag the last writer wins, as in the real service. */
export function setPolicy(call: Call, held: Held): Reply {
  const body = conform(schemaShape('run/v2', 'GoogleIamV1SetIamPolicyRequest'), jsonBody(call)) as { policy?: { etag?: string; bindings?: Policy['bindings']; version?: number } };
  const { policy } = body;
  if (!isObject(policy)) throw badRequest('policy', 'Policy must be set.');
  if (policy.etag !== undefined && !sameBytes(policy.etag, held.policy.etag)) {
    throw new ApiError('ABORTED', 'There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff. The request\'s ETag did not match the current policy\'s ETag.');
  }
  for (const binding of policy.bindings ?? []) checkBinding(binding);
  held.policy = { version: policy.version ?? 1, bindings: (policy.bindings ?? []).filter(({ members }) => (members ?? []).length > 0), etag: etag() };
  return { json: write(held.policy) };
}

/** An etag is bytes: a client may send it back in the other alphabet of base64, as gcloud does. */
function sameBytes(left: string, right: string): boolean {
  return Buffer.from(left, 'base64').equals(Buffer.from(right, 'base64'));
}

export function testPermissions(call: Call, denied: ReadonlySet<string>): Reply {
  const body = conform(schemaShape('run/v2', 'GoogleIamV1TestIamPermissionsRequest'), jsonBody(call)) as { permissions?: string[] };
  const granted = (body.permissions ?? []).filter((one) => !denied.has(one));
  return { json: granted.length > 0 ? { permissions: granted } : {} };
}

function write(policy: Policy): Json {
  return writeSchema('run/v2', 'GoogleIamV1Policy', compact({ ...policy, bindings: policy.bindings.length > 0 ? policy.bindings : undefined, version: policy.bindings.length > 0 ? policy.version : undefined }));
}

const member = /^(allUsers|allAuthenticatedUsers|(user|serviceAccount|group|domain|principal|principalSet|deleted|projectOwner|projectEditor|projectViewer):.+)$/;

function checkBinding(binding: { readonly role?: string; readonly members?: readonly string[] }): void {
  if (!binding.role || !/^(roles|projects|organizations)\/.+/.test(binding.role)) throw badRequest('policy.bindings.role', `Role ${String(binding.role)} is not supported for this resource.`);
  const wrong = (binding.members ?? []).find((one) => !member.test(one));
  if (wrong !== undefined) throw badRequest('policy.bindings.members', `Invalid member: ${wrong}`);
}
