import http from 'node:http';
import https from 'node:https';
import { headerValues, type HttpRequest, requestTarget } from '../../core/invocation/httpRequest';
import { isProviderError, ProviderError } from '../../core/errors';
import type { HttpResponse } from '../../core/provider';

/** A link that stands within this time or not at all. */
const connectMs = 10_000;

/** A new connection for each call: a kept one that the other side is just closing would leave us not knowing whether the call was read. */
const agent = { 'http:': new http.Agent({ keepAlive: false }), 'https:': new https.Agent({ keepAlive: false }) };

/** Sends a request to the function at `url`, once; a redirect is an answer like any other. Errors are Node's. */
export async function sendOnce(url: string, request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
  const at = new URL(url);
  const isPlain = at.protocol === 'http:';
  const options: https.RequestOptions = {
    protocol: at.protocol,
    // Node wants the address of IPv6 without its brackets.
    hostname: at.hostname.replace(/^\[|\]$/g, ''),
    port: at.port,
    agent: agent[isPlain ? 'http:' : 'https:'],
    method: request.method,
    path: requestTarget(url, request),
    headers: headerValues(request.headers),
    signal,
  };
  return new Promise((resolve, reject) => {
    const sent = (isPlain ? http : https).request(options, (response) => void readAnswer(response).then(resolve, (error: unknown) => reject(asSent(error))));
    sent.on('error', (error) => reject(asSent(error)));
    limitConnecting(sent, isPlain ? 'connect' : 'secureConnect');
    sent.end(request.body);
  });
}

async function readAnswer(response: http.IncomingMessage): Promise<HttpResponse> {
  const body = await readBody(response);
  const { rawHeaders, statusCode = 0 } = response;
  const headers = Array.from({ length: rawHeaders.length / 2 }, (_, i): [string, string] => [rawHeaders[i * 2] ?? '', rawHeaders[i * 2 + 1] ?? '']);
  return { status: statusCode, headers, body };
}

/** Cloud Run's own limit is 32 MiB, but a stream may go on for an hour: https://cloud.google.com/run/quotas */
const mostBytes = 64 * 1024 * 1024;

async function readBody(response: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > mostBytes) throw new ProviderError('invalid', 'The function answered with more than 64 MB, which is too much to show; ask it for less.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Until then nothing of the request has left. */
function limitConnecting(sent: http.ClientRequest, event: 'connect' | 'secureConnect'): void {
  sent.on('socket', (socket) => {
    const giveUp = (): void => void sent.destroy(Object.assign(new Error('There was no time to connect.'), { name: 'TimeoutError' }));
    const timer = setTimeout(giveUp, connectMs);
    const done = (): void => clearTimeout(timer);
    socket.once(event, done).once('close', done);
  });
}

/** As the errors of Google's own clients say that there was a request. */
function asSent(error: unknown): Error {
  if (isProviderError(error)) return error;
  return Object.assign(error instanceof Error ? error : new Error(String(error)), { config: {} });
}
