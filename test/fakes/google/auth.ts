import { createHmac, createPublicKey, generateKeyPairSync, randomUUID, verify } from 'node:crypto';
import { jsonBody, type Call, type Parts, type Reply, type Route } from './call';
import { ApiError, badRequest } from './errors';
import { compact, type Json } from './json';
import type { Identity, World } from './world';

interface Claims extends Json {
  readonly iss?: string;
  readonly aud?: string;
  readonly exp?: number;
  readonly email?: string;
  readonly target_audience?: string;
}

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** An ID token for an audience, such as the front of a private function wants to see. */
export function idToken(world: World, identity: Identity, audience: string, seconds = world.tokenSeconds): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: 'https://accounts.google.com', aud: audience, azp: audience, sub: '1234567890', email: identity.email, email_verified: true, iat: now, exp: now + seconds };
  const head = `${part({ alg: 'HS256', typ: 'JWT', kid: 'fake' })}.${part(claims)}`;
  return `${head}.${sign(world, head)}`;
}

function sign(world: World, head: string): string {
  return createHmac('sha256', world.secret).update(head).digest('base64url');
}

/** The claims of a token that the fake itself issued and that has not expired. */
export function checkIdToken(world: World, token: string): Claims | undefined {
  const [header = '', body = '', signature] = token.split('.');
  if (signature !== sign(world, `${header}.${body}`)) return undefined;
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as Claims;
  return (claims.exp ?? 0) * 1000 > Date.now() ? claims : undefined;
}

/** Who a bearer stands for: an access token of the fake's, or a JWT that a service account signed itself. */
export function identify(world: World, bearer: string): Identity | undefined {
  const token = world.tokens.get(bearer);
  if (token) return token.expiresAt > Date.now() ? token : undefined;
  const claims = bearer.split('.').length === 3 ? checkAssertion(world, bearer) : undefined;
  return claims?.iss ? { email: claims.iss, kind: 'serviceAccount' } : undefined;
}

function checkAssertion(world: World, assertion: string): Claims | undefined {
  const [header = '', body = '', signature = ''] = assertion.split('.');
  const claims = readClaims(body);
  const key = world.keys.get(claims?.iss ?? '');
  if (!claims || !key || !verify('RSA-SHA256', Buffer.from(`${header}.${body}`), key, Buffer.from(signature, 'base64url'))) return undefined;
  return (claims.exp ?? 0) * 1000 > Date.now() ? claims : undefined;
}

function readClaims(body: string): Claims | undefined {
  try {
    return JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as Claims;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export function newKey(world: World, email: string): string {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } });
  world.keys.set(email, createPublicKey(publicKey));
  return privateKey;
}

function grantError(error: string, description: string): Reply {
  return { status: error === 'invalid_client' ? 401 : 400, json: { error, error_description: description } };
}

const scope = 'https://www.googleapis.com/auth/cloud-platform';

function access(call: Call, identity: Identity, more: Json = {}): Reply {
  return { json: { access_token: call.world.mint(identity), expires_in: call.world.tokenSeconds, scope, token_type: 'Bearer', ...more } };
}

function token(call: Call): Reply {
  const form = readForm(call);
  const grant = form.get('grant_type');
  if (grant === 'refresh_token') return refresh(call, form);
  if (grant === 'urn:ietf:params:oauth:grant-type:jwt-bearer') return bearer(call, form);
  if (grant === 'urn:ietf:params:oauth:grant-type:token-exchange') return exchange(call, form);
  return grantError('unsupported_grant_type', `Invalid grant_type: ${grant ?? ''}`);
}

function readForm(call: Call): URLSearchParams {
  const text = call.body.toString('utf8');
  return text.startsWith('{') ? new URLSearchParams(jsonBody(call) as Record<string, string>) : new URLSearchParams(text);
}

function refresh(call: Call, form: URLSearchParams): Reply {
  const { world } = call;
  if (!form.get('client_id')) return grantError('invalid_client', 'The OAuth client was not found.');
  if (!world.refreshTokens.has(form.get('refresh_token') ?? '')) return grantError('invalid_grant', 'Token has been expired or revoked.');
  return access(call, world.owner, { id_token: idToken(world, world.owner, form.get('target_audience') ?? form.get('client_id') ?? '') });
}

function bearer(call: Call, form: URLSearchParams): Reply {
  const claims = checkAssertion(call.world, form.get('assertion') ?? '');
  if (!claims?.iss) return grantError('invalid_grant', 'Invalid JWT Signature.');
  const identity: Identity = { email: claims.iss, kind: 'serviceAccount' };
  return claims.target_audience ? { json: { id_token: idToken(call.world, identity, claims.target_audience) } } : access(call, identity);
}

/** https://datatracker.ietf.org/doc/html/rfc8693, as the Security Token Service does it for workload identity federation. */
function exchange(call: Call, form: URLSearchParams): Reply {
  const missing = ['audience', 'subject_token', 'subject_token_type', 'requested_token_type'].find((name) => !form.get(name));
  if (missing) return grantError('invalid_request', `Missing required parameter: ${missing}`);
  if (!call.world.subjectTokens.has(form.get('subject_token') ?? '')) return grantError('invalid_grant', 'The given credential is rejected by the attribute condition.');
  return access(call, { email: 'principal://fake/subject/build', kind: 'user' }, { issued_token_type: 'urn:ietf:params:oauth:token-type:access_token' });
}

function lifetime(text: unknown): number {
  const seconds = /^(\d+)s$/.exec(typeof text === 'string' ? text : '3600s')?.[1];
  if (seconds === undefined) throw badRequest('lifetime', `Invalid value at 'lifetime' (duration), ${JSON.stringify(text)}`);
  return Number(seconds);
}

function generateAccessToken(call: Call, { email = '' }: Parts): Reply {
  const body = jsonBody(call);
  if (!Array.isArray(body.scope) || body.scope.length === 0) throw badRequest('scope', 'Request contains an invalid argument.');
  const seconds = Math.min(lifetime(body.lifetime), call.world.tokenSeconds);
  return { json: { accessToken: call.world.mint(account(call, email), seconds), expireTime: new Date(Date.now() + seconds * 1000).toISOString().replace(/\.\d+/, '') } };
}

function generateIdToken(call: Call, { email = '' }: Parts): Reply {
  const { audience } = jsonBody(call);
  if (typeof audience !== 'string' || audience === '') throw badRequest('audience', 'Request contains an invalid argument.');
  return { json: { token: idToken(call.world, account(call, email), audience) } };
}

function account(call: Call, email: string): Identity {
  if (!call.world.impersonable.has(email)) throw new ApiError('PERMISSION_DENIED', "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).");
  return { email, kind: 'serviceAccount' };
}

/** For a test that signs in without a file. */
export function newRefreshToken(world: World): string {
  const made = `1//fake-${randomUUID()}`;
  world.refreshTokens.add(made);
  return made;
}

const credentials = 'iamcredentials.googleapis.com';

export const authRoutes: readonly Route[] = [
  { method: 'POST', path: '/token', handle: token },
  { method: 'POST', path: '/v1/token', handle: token },
  { method: 'POST', path: '/v1/projects/-/serviceAccounts/{email}:generateAccessToken', service: credentials, handle: generateAccessToken },
  { method: 'POST', path: '/v1/projects/-/serviceAccounts/{email}:generateIdToken', service: credentials, handle: generateIdToken },
  { method: 'GET', path: '/oauth2/v3/userinfo', service: 'oauth2.googleapis.com', handle: (call) => ({ json: compact({ sub: '1', email: call.caller?.email, email_verified: true }) }) },
];
