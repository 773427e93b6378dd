import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import { account, type World } from '../api/call';
import { route } from '../api/aliases';
import { ApiError, lambdaError } from '../api/errors';
import { runNow, traceId } from '../api/invoke';
import { lookup, type Found } from '../api/names';
import { own } from '../api/qualifiers';
import { runStreaming } from '../api/streaming';
import { BodyTooLarge, readBody } from '../http/body';
import type { Call } from '../engine/spec';
import type { Guard } from '../http/guard';
import type { UrlRecord } from '../store/records';
import { requestEvent, urlEvent } from './event';
import type { UrlPlace } from './ports';
import { allowsOrigin, corsHeaders, json, preflight, urlResponse, type UrlResponse } from './response';
import { streamedResponse, type StreamedResponse } from './streamed';

const maxBody = 6 * 1024 * 1024;

interface Visit {
  readonly world: World;
  readonly guard: Guard;
  readonly place: UrlPlace;
  readonly port: number;
  readonly request: IncomingMessage;
  readonly url: UrlRecord;
}

/** Answers a request to a function URL: with what the function makes of it, once the request may come to it. */
export async function answerUrl(world: World, guard: Guard, place: UrlPlace, port: number, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.on('error', () => response.destroy());
  const url = own(world.functions.get(place.name)?.urls, place.key);
  try {
    const reply = url ? await answer({ world, guard, place, port, request, url }, response) : refusal('There is no such function URL any more.');
    write(response, request, reply);
  } catch (error) {
    if (request.destroyed && !response.headersSent) return void response.destroy();
    world.warn(error instanceof Error ? (error.stack ?? error.message) : String(error));
    write(response, request, plain(502, 'Internal Server Error'));
  }
}

type Reply = UrlResponse | StreamedResponse;

async function answer(visit: Visit, response: ServerResponse): Promise<Reply> {
  const { guard, port, request, url } = visit;
  if (!isForHost(request, port)) return refusal('The request is not for this host.');
  const origin = request.headers.origin;
  const asks = request.method === 'OPTIONS' && origin !== undefined && request.headers['access-control-request-method'] !== undefined;
  if (asks && url.cors) return { status: 200, headers: preflight(url.cors, origin, request.headers['access-control-request-headers']), body: Buffer.alloc(0) };
  if (isForeign(request, port) && !(origin !== undefined && allowsOrigin(url.cors, origin))) {
    return refusal('On this machine a web page of another site may call a function only when the CORS settings of its URL allow that site.');
  }
  if (url.auth === 'AWS_IAM' && !guard.regionOf(request)) return refusal('Forbidden');
  if (request.headers.expect) response.writeContinue();
  const reply = await callFunction(visit);
  return { ...reply, headers: { ...reply.headers, ...corsHeaders(url.cors, origin) } };
}

async function callFunction(visit: Visit): Promise<Reply> {
  const { place, request, world } = visit;
  const found = lookup(world, place.name, place.key === '$LATEST' ? undefined : place.key);
  if (!found) return refusal('There is no such function any more.');
  const call = { requestId: randomUUID(), traceId: traceId() };
  try {
    const body = await readBody(request, maxBody);
    const payload = Buffer.from(JSON.stringify(eventOf(visit, found, body, call)));
    const made = { ...call, arn: found.arn, payload };
    const run = visit.url.mode === 'RESPONSE_STREAM' ? runBitByBit : runWhole;
    const reply = (await run(world, route(found), made)) ?? plain(502, 'Internal Server Error');
    return { ...reply, headers: { 'x-amzn-requestid': call.requestId, 'x-amzn-trace-id': call.traceId, ...reply.headers } };
  } catch (error) {
    if (error instanceof BodyTooLarge) return plain(413, 'Request Entity Too Large');
    if (error instanceof ApiError) return refusedByApi(error);
    throw error;
  }
}

async function runWhole(world: World, found: Found, made: Call): Promise<Reply | undefined> {
  const outcome = await runNow(world, found, made);
  return outcome.ok ? urlResponse(outcome.payload) : undefined;
}

async function runBitByBit(world: World, found: Found, made: Call): Promise<Reply | undefined> {
  const streaming = await runStreaming(world, found, made);
  if (streaming.contentType !== undefined) return streamedResponse(streaming);
  const outcome = await streaming.outcome;
  return outcome.ok ? urlResponse(outcome.payload) : undefined;
}

function eventOf({ guard, place, port, request, url }: Visit, found: Found, body: Buffer, call: { requestId: string; traceId: string }): object {
  const headers = { ...request.headers };
  // The key of this runtime is nothing for a function to know.
  if (guard.regionOf(request) || guard.hasBearer(request)) for (const name of ['authorization', 'x-amz-security-token']) delete headers[name];
  const caller = url.auth === 'AWS_IAM' ? { accountId: account } : undefined;
  const makeEvent = /^[a-z-]+\/http:/.test(found.version.handler) ? requestEvent : urlEvent;
  return makeEvent({ id: place.id, port, method: request.method ?? 'GET', url: request.url ?? '/', headers, body, ...call, caller, now: new Date() });
}

// Whoever has a name point to this machine must not get in by that name.
function isForHost({ headers, httpVersion, rawHeaders, url }: IncomingMessage, port: number): boolean {
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host');
  return httpVersion.startsWith('1.') && hosts.length === 1 && new RegExp(`^(127\\.0\\.0\\.1|([a-z0-9-]+\\.)*localhost):${port}$`).test(headers.host ?? '') && url?.startsWith('/') === true;
}

function isForeign({ headers }: IncomingMessage, port: number): boolean {
  const site = headers['sec-fetch-site'];
  const own = headers.origin === undefined || headers.origin === `http://${headers.host ?? `127.0.0.1:${port}`}`;
  return !own || (site !== undefined && site !== 'none' && site !== 'same-origin');
}

function refusal(message: string): UrlResponse {
  return { status: 403, headers: { ...json, 'x-amzn-errortype': 'AccessDeniedException' }, body: Buffer.from(JSON.stringify({ Message: message })) };
}

function plain(status: number, text: string): UrlResponse {
  return { status, headers: json, body: Buffer.from(text) };
}

function refusedByApi(error: ApiError): UrlResponse {
  const { status, headers = {}, body } = lambdaError(error);
  return { status, headers: { ...json, ...headers }, body: Buffer.from(JSON.stringify(body)) };
}

function write(response: ServerResponse, request: IncomingMessage, { body, ...head }: Reply): void {
  if (response.headersSent) return void response.destroy();
  for (const [name, value] of Object.entries(head.headers)) response.setHeader(name, value);
  if (body instanceof Readable) return void pipeline(body, response.writeHead(head.status), () => body.destroy());
  writeWhole(response, request, { ...head, body });
}

function writeWhole(response: ServerResponse, request: IncomingMessage, reply: UrlResponse): void {
  const noBody = reply.status === 204 || reply.status === 304;
  if (!noBody) response.setHeader('content-length', reply.body.length);
  if (!request.complete) return writeEarly(response, request, reply);
  response.writeHead(reply.status).end(noBody ? undefined : reply.body);
}

// A sender that is still busy with its body would see a broken connection instead of the answer: it gets the answer at
// once and the end a little later. What it sends meanwhile is thrown away.
function writeEarly(response: ServerResponse, request: IncomingMessage, reply: UrlResponse): void {
  response.setHeader('connection', 'close');
  response.writeHead(reply.status).write(reply.body);
  const end = () => response.end();
  const timer = setTimeout(end, 1000).unref();
  request.resume().once('close', () => clearTimeout(timer)).once('end', end);
}
