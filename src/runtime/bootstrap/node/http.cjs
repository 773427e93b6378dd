'use strict';
// Events that are HTTP requests, and results that are HTTP responses. The server is in this process and is reached
// through memory: no port that others could reach, no socket file to leave behind.
const http = require('node:http');
const { Duplex } = require('node:stream');
const { runtimeError } = require('./failure.cjs');

const members = ['method', 'path', 'query', 'headers'];

/**
 * The request that an event stands for: the event of a function URL, or one with members of a request. Any other event is
 * the JSON body of a POST.
 */
function requestOf(event) {
  if (isUrlEvent(event)) return requestOf(plainEvent(event));
  const isRequest = event !== null && typeof event === 'object' && members.some((member) => member in event);
  if (!isRequest) return { method: 'POST', path: '/', headers: json, body: JSON.stringify(event) };
  const { body, isBase64Encoded } = event;
  const headers = event.headers ?? {};
  const hasType = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
  const isJson = typeof body !== 'string' && body !== undefined && body !== null;
  return { method: String(event.method ?? (body === undefined || body === null ? 'GET' : 'POST')).toUpperCase(), path: target(String(event.path ?? '/'), event.query ?? {}), headers: isJson && !hasType ? { ...headers, ...json } : headers, body: bytes(body, isBase64Encoded) };
}

/** Whether an event is what a function URL of Lambda gives: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html */
function isUrlEvent(event) {
  return event?.version === '2.0' && typeof event.requestContext?.http?.method === 'string';
}

function plainEvent({ requestContext, rawPath, rawQueryString, headers, cookies, body, isBase64Encoded }) {
  const path = `${rawPath ?? requestContext.http.path ?? '/'}${rawQueryString ? `?${rawQueryString}` : ''}`;
  const all = cookies?.length ? { ...headers, cookie: cookies.join('; ') } : (headers ?? {});
  return { method: requestContext.http.method, path, headers: all, body, isBase64Encoded };
}

const json = { 'content-type': 'application/json' };

function bytes(body, isBase64Encoded) {
  if (body === undefined || body === null) return undefined;
  if (typeof body !== 'string') return JSON.stringify(body);
  return isBase64Encoded ? Buffer.from(body, 'base64') : body;
}

// Whatever a user types as a path becomes one that HTTP can carry.
function target(path, query) {
  const url = new URL(`http://localhost${path.startsWith('/') ? '' : '/'}${path}`);
  for (const [name, value] of Object.entries(query)) for (const each of [value].flat()) url.searchParams.append(name, each);
  return url.pathname + url.search;
}

/** Sends one request to a server that need not listen; resolves with `{ status, headers, bytes }`, names and values of headers in turn. */
function send(server, { method, path, headers, body }) {
  return new Promise((resolve, reject) => {
    const [client, service] = connection();
    server.emit('connection', service);
    const sent = http.request({ createConnection: () => client, port: process.env.PORT, method, path, headers: withLength(headers, body) });
    sent.on('error', (error) => reject(noAnswer(error))).on('response', (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part)).on('error', (error) => reject(noAnswer(error)));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.rawHeaders, bytes: Buffer.concat(parts) }));
    });
    sent.end(body);
  });
}

function noAnswer(error) {
  return error.code === 'ECONNRESET' ? runtimeError('Runtime.NoAnswer', 'The function closed the connection before it had answered.', error) : error;
}

function withLength(headers, body) {
  const kept = Object.entries(headers).filter(([name]) => !/^(content-length|transfer-encoding)$/i.test(name));
  return { ...Object.fromEntries(kept), ...(body?.length ? { 'content-length': Buffer.byteLength(body) } : {}) };
}

const ofConnection = new Set(['connection', 'keep-alive', 'transfer-encoding']);

/** A response as a function's result: `{ statusCode, headers, cookies?, body, isBase64Encoded }`. */
function resultOf({ status, headers: raw, bytes }) {
  const headers = {};
  const cookies = [];
  for (let index = 0; index < raw.length; index += 2) {
    const [name, value] = [raw[index].toLowerCase(), raw[index + 1]];
    if (name === 'set-cookie') cookies.push(value);
    else if (!ofConnection.has(name)) headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
  }
  return { statusCode: status, headers, ...(cookies.length ? { cookies } : {}), ...textOr64(bytes, headers['content-type'] ?? '') };
}

const textual = /^(text\/|$)|[/+](json|xml|javascript|x-www-form-urlencoded|yaml|graphql)\b|charset=utf-?8/i;

// Text only when nothing is lost by it.
function textOr64(bytes, type) {
  const body = textual.test(type) ? bytes.toString() : undefined;
  const isText = body !== undefined && Buffer.from(body).equals(bytes);
  return { body: isText ? body : bytes.toString('base64'), isBase64Encoded: !isText };
}

class End extends Duplex {
  remoteAddress = '127.0.0.1';

  _read() {
    const goOn = this.waiting;
    this.waiting = undefined;
    goOn?.();
  }

  _write(chunk, _encoding, done) {
    if (this.other.push(chunk)) done();
    else this.other.waiting = done;
  }

  _final(done) {
    this.other.push(null);
    done();
  }

  _destroy(error, done) {
    if (!this.writableFinished && !this.other.destroyed && !this.other.readableEnded) this.other.push(null);
    done(error);
  }
}

function connection() {
  const ends = [new End(), new End()];
  [ends[0].other, ends[1].other] = [ends[1], ends[0]];
  return ends;
}

/**
 * The same request for those who read it at once: `{ method, url, headers, body }`, names of headers in lower case. The
 * origin is that of a request that does not say whom it asks.
 */
function wholeRequestOf(event, origin) {
  const { method, path, headers, body } = requestOf(event);
  const pairs = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [value].flat().join(', ')]);
  const all = Object.fromEntries(pairs);
  all.host ??= new URL(origin).host;
  const url = new URL(path, /^[\w.-]+(:\d+)?$/.test(all.host) ? `http://${all.host}` : origin);
  return { method, url, headers: all, body: Buffer.from(body ?? '') };
}

module.exports = { isUrlEvent, requestOf, resultOf, send, textOr64, wholeRequestOf };
