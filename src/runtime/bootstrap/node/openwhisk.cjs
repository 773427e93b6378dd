'use strict';
// Calls actions of Apache OpenWhisk: `main(params)`, exported or not, and as web actions when the event is a request.
// https://github.com/apache/openwhisk/blob/master/docs/actions-nodejs.md and .../docs/webactions.md
const Module = require('node:module');
const path = require('node:path');
const { parse } = require('node:querystring');
const { isError, runtimeError } = require('./failure.cjs');
const { find, load: loadModule } = require('./handler.cjs');
const { isUrlEvent, textOr64, wholeRequestOf } = require('./http.cjs');

/** Resolves with what calls the action with an event as its parameters, and returns its result. */
async function load({ root, file, name, text }) {
  const main = find(await loadExporting(root, file, name), name, text);
  return async (event, context) => {
    tellActivation(context);
    const isWeb = isUrlEvent(event) || isRequest(event);
    const params = isWeb ? webParams(event) : (event ?? {});
    if (!params) return malformed;
    const result = await resultOf(main, params);
    return isWeb ? webResult(result) : plainResult(result);
  };
}

// What a promise is rejected with is the action's error as well, unless it is an error with a stack of its own to show.
// https://github.com/apache/openwhisk-runtime-nodejs/blob/master/core/nodejsActionBase/runner.js and .../src/service.js
async function resultOf(main, params) {
  const result = await Promise.resolve(main(params)).catch((reason) => {
    if (isError(reason)) throw reason;
    return { error: reason || {} };
  });
  if (typeof (result ?? {}) !== 'object') throw runtimeError('DeveloperError', 'The action did not return a dictionary.');
  return result ?? {};
}

const malformed = { statusCode: 400, headers: { 'content-type': 'application/json' }, body: '{"error":"The request content was malformed."}', isBase64Encoded: false };

// A file alone need not export its function: OpenWhisk looks for it in the file's own scope.
async function loadExporting(root, file, name) {
  const compile = Module.prototype._compile;
  const entry = path.resolve(root, file);
  Module.prototype._compile = function (content, filename, ...rest) {
    const isEntry = filename === `${entry}.js` || filename === `${entry}.cjs`;
    return compile.call(this, isEntry && /^[\w$]+$/.test(name) ? `${content}\n${exporting(name)}` : content, filename, ...rest);
  };
  try {
    const loaded = await loadModule(root, file);
    return loaded?.[name] === undefined && loaded?.default ? loaded.default : loaded;
  } finally {
    Module.prototype._compile = compile;
  }
}

function exporting(name) {
  return `;if (module.exports?.${name} === undefined && typeof ${name} === 'function') module.exports.${name} = ${name};`;
}

function tellActivation({ awsRequestId, getRemainingTimeInMillis }) {
  process.env.__OW_ACTIVATION_ID = awsRequestId.replaceAll('-', '');
  process.env.__OW_TRANSACTION_ID = awsRequestId.replaceAll('-', '');
  process.env.__OW_DEADLINE = String(Date.now() + getRemainingTimeInMillis());
}

const members = new Set(['method', 'path', 'query', 'headers', 'body', 'isBase64Encoded']);

// Parameters may have such names too, but hardly these alone.
function isRequest(event) {
  if (event === null || typeof event !== 'object' || !Object.keys(event).every((key) => members.has(key))) return false;
  return typeof event.method === 'string' || (typeof event.headers === 'object' && event.headers !== null);
}

// `undefined` when the body is not the JSON that it is said to be.
function webParams(event) {
  const { method, url, headers, body } = wholeRequestOf(event, 'http://localhost');
  const given = bodyParams(body, headers['content-type'] ?? '');
  const about = { __ow_method: method.toLowerCase(), __ow_headers: headers, __ow_path: url.pathname === '/' ? '' : url.pathname };
  return given && { ...Object.fromEntries(url.searchParams), ...given, ...about };
}

// The members of a JSON object or a form are parameters of their own.
function bodyParams(body, type) {
  if (!body.length) return {};
  if (/\bapplication\/x-www-form-urlencoded\b/.test(type)) return { ...parse(body.toString()) };
  if (!/[/+]json\b/.test(type)) return { __ow_body: textOr64(body, type).body };
  const value = parsed(body.toString());
  if (value === undefined) return undefined;
  const isObject = value !== null && typeof value === 'object' && !Array.isArray(value);
  return isObject ? value : { __ow_body: body.toString('base64') };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function plainResult(result) {
  if (result.error !== undefined) throw failureOf(result.error);
  return result;
}

function failureOf(error) {
  return runtimeError('ApplicationError', typeof error === 'string' ? error : (error?.message ?? JSON.stringify(error)));
}

// What a web action gives as its error may be a response as well.
function webResult(result) {
  const answer = result.error ?? result;
  const isResponse = ['statusCode', 'headers', 'body'].some((member) => Object.hasOwn(Object(answer), member));
  if (!isResponse) return plainResult(result);
  const { headers, cookies } = headersOf(answer.headers ?? {});
  const { body } = answer;
  const type = headers['content-type'] ?? (body !== null && typeof body === 'object' ? 'application/json' : 'text/html');
  const status = answer.statusCode ?? (result.error === undefined ? (body === undefined ? 204 : 200) : 400);
  return { statusCode: status, headers: { 'content-type': type, ...headers }, ...(cookies.length ? { cookies } : {}), ...responseBody(body, type) };
}

function headersOf(given) {
  const pairs = Object.entries(given).map(([name, value]) => [name.toLowerCase(), [value].flat().map(String)]);
  const cookies = pairs.flatMap(([name, values]) => (name === 'set-cookie' ? values : []));
  const others = pairs.filter(([name]) => name !== 'set-cookie').map(([name, values]) => [name, values.join(', ')]);
  return { headers: Object.fromEntries(others), cookies };
}

const textual = /^text\/|[/+](json|xml|javascript|x-www-form-urlencoded|yaml)\b/;

// The body of what is no text is in base64 by OpenWhisk's own rule.
function responseBody(body, type) {
  if (typeof body !== 'string') return { body: body === undefined || body === null ? '' : JSON.stringify(body), isBase64Encoded: false };
  return { body, isBase64Encoded: !textual.test(type) };
}

module.exports = { load };
