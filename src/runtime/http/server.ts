import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline, Readable } from 'node:stream';
import { isInvocation, readAddress, type Address } from './address';
import { answerQuickly, type WholeRequest } from './front';
import { countHosts } from './guard';
import { bytesOf, headersOf, wireReply } from './reply';
import { BodyTooLarge, bodyLimit, readBody } from './body';
import type { ApiCall, ApiReply, World } from '../api/call';
import { ApiError, lambdaError } from '../api/errors';
import { lambda } from '../api/lambda';
import { isLogsCall, logs } from '../api/logs';
import { isMetricsCall, metrics } from '../api/metrics';
import { isSqsCall, sqs } from '../api/sqs';
import { own, type OwnParts } from '../own';

export type ServerParts = OwnParts;

/** Serves the APIs on the loopback interface; resolves once it listens. */
export async function serve(parts: ServerParts, port: number): Promise<Server> {
  const server = createServer({ noDelay: true, headersTimeout: 10_000, requestTimeout: 60_000, connectionsCheckingInterval: 2000, keepAliveTimeout: 900_000 });
  server.maxConnections = 4096;
  answerQuickly(server, (request) => answerCall(parts, request));
  server.on('request', (request, response) => void handle(parts, request, response));
  server.on('checkContinue', (request, response) => void handle(parts, request, response));
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  parts.guard.port = (server.address() as AddressInfo).port;
  return server;
}

// Nothing of a request is parsed, and its body is not read, before the guard let it in.
async function handle(parts: ServerParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.on('error', () => response.destroy());
  try {
    if (!parts.guard.isLocal(request, countHosts(request))) return refuse(response, request);
    const url = readAddress(request.url ?? '');
    if (url.pathname.startsWith('/function-deck/')) return await handleOwn(parts, url, request, response);
    const region = parts.guard.regionOf(request);
    if (!region) return refuse(response, request);
    if (request.headers.expect) response.writeContinue();
    send(response, await answer(parts.world, await readCall(request, response, url, region)));
  } catch (error) {
    if (error instanceof BodyTooLarge) return refuseBody(response, request, error);
    // The sender went away in the middle of its request.
    if (request.destroyed && !response.headersSent) return void response.destroy();
    parts.world.warn(error instanceof Error ? (error.stack ?? error.message) : String(error));
    send(response, lambdaError(new ApiError(500, 'ServiceException', 'The local runtime failed; its log says why.')));
  }
}

// A call of a function that is let in as it came; what is refused goes the way of all others.
function answerCall({ guard, world }: ServerParts, { head, body }: WholeRequest): Promise<string | Buffer> | undefined {
  const { method, url, headers } = head;
  if (method !== 'POST' || !isInvocation(url) || !guard.isLocal(head, 1)) return undefined;
  const region = guard.regionOf(head);
  if (!region) return undefined;
  const { pathname, searchParams } = readAddress(url);
  return lambda({ method, path: pathname, query: searchParams, headers, region, body, signal: () => new AbortController().signal }, world).then(wireReply);
}

async function readCall(request: IncomingMessage, response: ServerResponse, url: Address, region: string): Promise<ApiCall> {
  const body = await readBody(request, bodyLimit(url.pathname));
  return { method: request.method ?? 'GET', path: url.pathname, query: url.searchParams, headers: request.headers, region, body, signal: () => closed(response) };
}

function closed(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  if (response.destroyed) gone.abort();
  else response.once('close', () => response.writableFinished || gone.abort());
  return gone.signal;
}

function answer(world: World, call: ApiCall): Promise<ApiReply> {
  if (isMetricsCall(call)) return metrics(call, world);
  if (isSqsCall(call)) return sqs(call, world);
  return isLogsCall(call) ? logs(call, world) : lambda(call, world);
}

// Whoever lacks the bearer is refused like whoever lacks the signature.
async function handleOwn(parts: ServerParts, url: Address, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const reply = await own(parts, url, request, response);
  if (reply?.status === 403) refuse(response, request);
  else if (reply) send(response, reply);
}

function send(response: ServerResponse, reply: ApiReply): void {
  if (reply.body instanceof Readable) return sendStream(response, reply, reply.body);
  const bytes = bytesOf(reply);
  response.writeHead(reply.status, headersOf(reply, bytes.length));
  // An answer that has to wait for its turn is put together anew, and must not come before the word to go on.
  if (response.req.headers.expect) response.flushHeaders();
  response.end(bytes);
}

// Whoever goes away in the middle ends the source too; there is nobody left to tell.
function sendStream(response: ServerResponse, reply: ApiReply, source: Readable): void {
  response.writeHead(reply.status, { 'x-amzn-requestid': randomUUID(), ...reply.headers });
  response.flushHeaders();
  pipeline(source, response, () => source.destroy());
}

function refuse(response: ServerResponse, request: IncomingMessage): void {
  const body = { message: 'The security token included in the request is invalid.' };
  endEarly(response, request, { status: 403, headers: { 'x-amzn-errortype': 'UnrecognizedClientException' }, body: { ...body, __type: 'UnrecognizedClientException' } });
}

function refuseBody(response: ServerResponse, request: IncomingMessage, error: BodyTooLarge): void {
  endEarly(response, request, lambdaError(new ApiError(413, error.isPackage ? 'RequestEntityTooLargeException' : 'RequestTooLargeException', error.message)));
}

// The answer goes out whole at once, but the connection closes a little later: a sender that is still busy with its body
// would otherwise see a broken connection and not the answer. What it sends meanwhile is thrown away.
function endEarly(response: ServerResponse, request: IncomingMessage, reply: ApiReply): void {
  const bytes = bytesOf(reply);
  response.writeHead(reply.status, { ...headersOf(reply, bytes.length), connection: 'close' }).write(bytes);
  const end = () => response.end();
  const timer = setTimeout(end, 1000).unref();
  request.resume().once('close', () => clearTimeout(timer)).once('end', end);
}
