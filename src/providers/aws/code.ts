import { createHash } from 'node:crypto';
import { GetFunctionCommand } from '@aws-sdk/client-lambda';
import { ProviderError } from '../../core/errors';
import type { CallOptions, FunctionRef } from '../../core/provider';
import { call } from './call';
import type { Connection } from './client';
import { isLoopback } from './endpoints';

/** Lambda's own limit for the unpacked code: a package is never larger. */
const mostBytes = 262_144_000;
const downloadMs = 300_000;
const action = 'lambda:GetFunction';

/** The deployed package, complete and checked against the hash that Lambda gives. */
export async function download(connection: Connection, ref: FunctionRef, options: CallOptions): Promise<Uint8Array> {
  const command = new GetFunctionCommand({ FunctionName: ref.name, Qualifier: ref.qualifier });
  const answer = await call(connection, { action, subject: ref.name, send: (at) => connection.reader.send(command, at) }, options);
  const url = checkUrl(answer.Code?.Location, ref.name);
  const request = { action, subject: ref.name, deadlineMs: downloadMs, send: (at: { abortSignal: AbortSignal }) => fetchAll(url, at.abortSignal) };
  const bytes = await call(connection, request, options);
  const hash = createHash('sha256').update(bytes).digest('base64');
  if (answer.Configuration?.CodeSha256 && answer.Configuration.CodeSha256 !== hash) {
    throw new ProviderError('network', `The package of ${ref.name} arrived damaged; download it again.`);
  }
  return bytes;
}

function checkUrl(location: string | undefined, name: string): URL {
  if (!location) throw new ProviderError('invalid', `${name} has no package to download, because it is a container image.`);
  const url = new URL(location);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(location))) return url;
  throw new ProviderError('invalid', `The package of ${name} is offered over an unprotected connection (${url.host}); it was not downloaded.`);
}

async function fetchAll(url: URL, signal: AbortSignal): Promise<Uint8Array> {
  const response = await fetch(url, { signal, redirect: 'error' });
  if (!response.ok || !response.body) throw Object.assign(new Error(`the download answered HTTP ${response.status}`), { $metadata: { httpStatusCode: response.status } });
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > mostBytes) throw new ProviderError('invalid', 'The package is larger than a function can be (250 MB); it was not downloaded.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
