'use strict';
// What Vercel adds to Node's requests and responses: https://vercel.com/docs/functions/runtimes/node-js#node.js-helpers
const { createHash } = require('node:crypto');
const { once } = require('node:events');
const { parse } = require('node:querystring');
const { PassThrough } = require('node:stream');

/** Thrown where a function looks at what it cannot be given; unless the function catches it, the answer has its status. */
class BadRequest extends Error {
  statusCode = 400;
}

/** Resolves when the body is read; the request can still be read as the stream that it is. */
async function addHelpers(request, response) {
  const type = request.headers['content-type'];
  const body = type === undefined ? Buffer.alloc(0) : await readBody(request);
  addLazily(request, 'query', () => queryOf(request));
  addLazily(request, 'cookies', () => cookiesOf(request.headers.cookie ?? ''));
  addLazily(request, 'body', () => bodyOf(body, type ?? 'text/plain'));
  response.status = (code) => Object.assign(response, { statusCode: code });
  response.send = (value) => send(request, response, value);
  response.json = (value) => sendJson(request, response, value);
  response.redirect = (...args) => redirect(response, args);
}

// Found out when a function asks for it, because that may fail.
function addLazily(owner, name, find) {
  const own = { configurable: true, enumerable: true };
  const set = (value) => Object.defineProperty(owner, name, { ...own, value, writable: true })[name];
  Object.defineProperty(owner, name, { ...own, get: () => set(find()), set });
}

async function readBody(request) {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  await once(request, 'end');
  const body = Buffer.concat(parts);
  const copy = new PassThrough();
  copy.end(body);
  const on = request.on.bind(request);
  request.read = copy.read.bind(copy);
  request.pipe = copy.pipe.bind(copy);
  request[Symbol.asyncIterator] = copy[Symbol.asyncIterator].bind(copy);
  request.on = request.addListener = (event, listener) => {
    if (event !== 'data' && event !== 'end' && event !== 'readable') return on(event, listener);
    copy.on(event, listener);
    return request;
  };
  return body;
}

function queryOf({ url }) {
  const { searchParams } = new URL(url, 'http://localhost');
  const valueOf = (values) => (values.length > 1 ? values : values[0]);
  return Object.fromEntries([...new Set(searchParams.keys())].map((name) => [name, valueOf(searchParams.getAll(name))]));
}

function cookiesOf(header) {
  const pairs = header.split(';').map((pair) => pair.split(/=(.*)/s)).filter(([, value]) => value !== undefined);
  return Object.fromEntries(pairs.reverse().map(([name, value]) => [name.trim(), decoded(value.trim().replace(/^"(.*)"$/, '$1'))]));
}

function decoded(value) {
  try {
    return decodeURIComponent(value);
  } catch (error) {
    if (error instanceof URIError) return value;
    throw error;
  }
}

function bodyOf(body, type) {
  const kind = type.split(';', 1)[0].trim().toLowerCase();
  if (kind === 'application/json') return jsonOf(body.toString());
  if (kind === 'application/octet-stream') return body;
  if (kind === 'application/x-www-form-urlencoded') return { ...parse(body.toString()) };
  return kind === 'text/plain' ? body.toString() : undefined;
}

function jsonOf(text) {
  try {
    return text ? JSON.parse(text) : {};
  } catch (error) {
    if (error instanceof SyntaxError) throw new BadRequest('Invalid JSON');
    throw error;
  }
}

function redirect(response, args) {
  const [status, url] = typeof args[0] === 'string' ? [307, args[0]] : args;
  if (typeof status !== 'number' || typeof url !== 'string') throw new Error("Invalid redirect arguments. Please use a single argument URL, e.g. res.redirect('/destination') or use a status code and URL, e.g. res.redirect(307, '/destination').");
  return response.writeHead(status, { Location: url }).end();
}

function sendJson(request, response, value) {
  if (!response.getHeader('content-type')) response.setHeader('content-type', 'application/json; charset=utf-8');
  return send(request, response, JSON.stringify(value));
}

function send(request, response, value) {
  if (typeof value === 'boolean' || typeof value === 'number' || (typeof value === 'object' && value !== null && !Buffer.isBuffer(value))) return sendJson(request, response, value);
  if (typeof value !== 'string' && !Buffer.isBuffer(value) && value !== null && value !== undefined) throw new Error('`body` is not a valid string, object, boolean, number, Stream, or Buffer');
  const bytes = Buffer.from(value ?? '');
  setType(response, value);
  if (value !== undefined) response.setHeader('content-length', bytes.length);
  if (value !== undefined && !response.getHeader('etag')) response.setHeader('etag', etagOf(bytes));
  const isBare = response.statusCode === 204 || response.statusCode === 304;
  if (isBare) for (const name of ['content-type', 'content-length', 'transfer-encoding']) response.removeHeader(name);
  return request.method === 'HEAD' || isBare ? response.end() : response.end(bytes);
}

function setType(response, value) {
  const known = response.getHeader('content-type');
  if (Buffer.isBuffer(value)) return void (known ?? response.setHeader('content-type', 'application/octet-stream'));
  if (typeof value !== 'string') return;
  response.setHeader('content-type', `${String(known ?? 'text/html').replace(/;\s*charset=[^;]*/i, '')}; charset=utf-8`);
}

function etagOf(bytes) {
  return `W/"${bytes.length.toString(16)}-${createHash('sha1').update(bytes).digest('base64').slice(0, 27)}"`;
}

module.exports = { BadRequest, addHelpers };
