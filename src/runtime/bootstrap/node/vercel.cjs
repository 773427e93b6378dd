'use strict';
// Calls functions that are written for Vercel: `export default (request, response)` with Vercel's helpers, or functions of
// web requests: `export function GET(request)`, `export default { fetch }`, `export const config = { runtime: 'edge' }`.
// https://vercel.com/docs/functions/runtimes/node-js
const { runtimeError } = require('./failure.cjs');
const { load: loadModule } = require('./handler.cjs');
const { requestOf } = require('./http.cjs');
const { callListener } = require('./listener.cjs');
const { BadRequest, addHelpers } = require('./vercelHelpers.cjs');
const { callWeb } = require('./web.cjs');

const methods = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'DELETE', 'PATCH'];

/** Resolves with what sends an event to the function as a request, and returns its response as the result. */
async function load({ root, file, name, text }) {
  const loaded = await loadModule(root, file);
  const route = routeOf(file);
  const call = web(loaded) ?? listening(loaded, name, text);
  return (event) => call(routed(event, route));
}

function web(loaded) {
  const listener = unwrapped(loaded);
  const answer = fetchOf(loaded, listener);
  return answer && ((event) => callWeb(answer, event));
}

function fetchOf(loaded, listener) {
  const owner = [loaded, listener].find((each) => methods.some((method) => typeof each?.[method] === 'function'));
  if (owner) return (request, context) => owner[request.method]?.(request, context) ?? new Response(null, { status: 405 });
  if (typeof listener?.fetch === 'function') return (request, context) => listener.fetch(request, context);
  const isEdge = /^(experimental-)?edge$/.test(loaded?.config?.runtime ?? listener?.config?.runtime ?? '');
  return isEdge && typeof listener === 'function' ? listener : undefined;
}

function listening(loaded, name, text) {
  const listener = typeof loaded?.[name] === 'function' ? loaded[name] : unwrapped(loaded);
  if (typeof listener !== 'function') throw runtimeError('Runtime.HandlerNotFound', `${text} is no function for requests: its file must export default a function (request, response), or functions named after methods, such as GET`);
  return (event) => callListener((request, response) => help(listener, request, response), event);
}

async function help(listener, request, response) {
  await addHelpers(request, response);
  try {
    return await listener(request, response);
  } catch (error) {
    if (!(error instanceof BadRequest) || response.headersSent) throw error;
    response.status(error.statusCode).send(error.message);
  }
}

// What is compiled from TypeScript may be `default` of `default`.
function unwrapped(loaded) {
  let found = loaded;
  for (let depth = 0; depth < 5 && found?.default; depth++) found = found.default;
  return found;
}

// `api/users/[id]` answers /api/users/42, with `id` in its query.
function routeOf(file) {
  const names = [];
  const pattern = file.replace(/[.*+?^${}()|\\]/g, '\\$&').replace(/\[([\w-]+)\]/g, (_, name) => {
    names.push(name);
    return '([^/]+)';
  });
  return names.length ? { names, pattern: new RegExp(`^/?${pattern}$`) } : undefined;
}

function routed(event, route) {
  const request = route && requestOf(event);
  const url = request && new URL(request.path, 'http://localhost');
  const values = url && route.pattern.exec(url.pathname)?.slice(1);
  if (!values) return event;
  route.names.forEach((name, index) => url.searchParams.set(name, decodeURIComponent(values[index])));
  const { method, headers, body } = request;
  return { method, headers, path: url.pathname + url.search, body: Buffer.from(body ?? '').toString('base64'), isBase64Encoded: true };
}

module.exports = { load };
