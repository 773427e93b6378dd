'use strict';
// Calls webtasks: `module.exports = function (context, callback)`, and its other two forms.
// https://github.com/auth0/webtask-runtime
const { parse } = require('node:querystring');
const { runtimeError } = require('./failure.cjs');
const { load: loadModule } = require('./handler.cjs');
const { wholeRequestOf } = require('./http.cjs');
const { callListener } = require('./listener.cjs');

/** Resolves with what calls the webtask with an event, and returns what it gives its callback, or its response. */
async function load({ root, file, name, text }) {
  const secrets = takeSecrets();
  const task = taskOf(await loadModule(root, file), name, text);
  const storage = new Storage();
  return async (event, { awsRequestId: id }) => {
    const context = contextOf(event, { id, secrets, storage });
    if (task.length === 3) return callListener((request, response) => task(context, request, response), event);
    return withCallback(task, context);
  };
}

// What a module is goes before what it has; a compiled ES module has its function as `default`.
function taskOf(loaded, name, text) {
  const found = [loaded, loaded?.[name], loaded?.default, loaded?.default?.default].find((each) => typeof each === 'function');
  if (found) return found;
  throw runtimeError('Runtime.HandlerNotFound', `${text} is no webtask: its file must have module.exports = function (context, callback) { ... }`);
}

// The runtime names the variables that the function itself was given, which are a webtask's secrets.
function takeSecrets() {
  const names = (process.env.WEBTASK_SECRETS ?? '').split(' ').filter(Boolean);
  delete process.env.WEBTASK_SECRETS;
  return Object.fromEntries(names.map((name) => [name, process.env[name]]));
}

function contextOf(event, { id, secrets, storage }) {
  const { method, url, headers, body: raw } = wholeRequestOf(event, 'http://localhost');
  const query = queryOf(url);
  const body = bodyOf(raw.toString(), headers['content-type'] ?? '');
  const fields = typeof body === 'object' && !Array.isArray(body) ? body : {};
  const data = { ...fields, ...query, ...secrets };
  return { id, data, query, params: {}, headers, secrets: { ...secrets }, meta: {}, method, storage, token: undefined, ...(raw.length ? { body, body_raw: raw.toString() } : {}) };
}

function queryOf({ searchParams }) {
  const names = [...new Set(searchParams.keys())].filter((name) => !name.startsWith('webtask_'));
  const valueOf = (values) => (values.length > 1 ? values : values[0]);
  return Object.fromEntries(names.map((name) => [name, valueOf(searchParams.getAll(name))]));
}

function bodyOf(text, type) {
  if (type.includes('application/x-www-form-urlencoded')) return { ...parse(text) };
  if (!type.includes('application/json')) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    // What cannot be read is left to the webtask, as text.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function withCallback(task, context) {
  return new Promise((resolve, reject) => {
    const callback = (error, data) => (error ? reject(asError(error)) : resolve(data));
    const returned = task.length === 2 ? task(context, callback) : task(callback);
    returned?.then?.(undefined, reject);
  });
}

function asError(error) {
  if (typeof error !== 'object' || error instanceof Error) return error;
  return runtimeError('Error', error.message ?? JSON.stringify(error));
}

/** What a webtask keeps from one call to the next; here for as long as its process lives. */
class Storage {
  #data;
  #version = 0;

  get(done) {
    setImmediate(done, null, this.#data === undefined ? undefined : structuredClone(this.#data));
  }

  set(data, options, done = options) {
    if (options?.force !== 1 && options?.etag !== undefined && options.etag !== String(this.#version)) {
      return void setImmediate(done, Object.assign(new Error('Item has been modified since it was read.'), { code: 409 }));
    }
    this.#data = structuredClone(data);
    this.#version++;
    setImmediate(done, null);
  }
}

module.exports = { load };
