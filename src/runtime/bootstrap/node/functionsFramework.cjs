'use strict';
// Calls functions that are written for the Functions Framework through the framework itself, as the function's package has it.
const { createRequire } = require('node:module');
const path = require('node:path');
const { runtimeError } = require('./failure.cjs');
const { find, load: loadModule } = require('./handler.cjs');
const { requestOf, resultOf, send } = require('./http.cjs');

const framework = '@google-cloud/functions-framework';
const registered = 'function';

/** Resolves with what sends an event to the function through the framework's server, and returns its result. */
async function load({ root, file, name, signature, text }) {
  const { main, testing, registry } = requireFramework(path.resolve(root, file));
  const loaded = await loadModule(root, file);
  const declared = registry.getRegisteredFunction(name);
  const { userFunction, signatureType } = declared ?? exported(loaded, name, text, signature.split('/')[1]);
  const watch = new Watch();
  // What the function's own code declares goes before what the handler says, as it does in the cloud.
  if (signatureType === 'http') main.http(registered, watch.wrap(userFunction));
  else main.cloudEvent(registered, watch.wrap(userFunction));
  const server = testing.getTestServer(registered);
  const answer = signature.endsWith('/http') ? answerHttp : answerCloudEvent;
  return Object.assign((event) => watch.call((failed) => answer(server, event, failed)), { logsErrors: true });
}

function exported(loaded, name, text, signatureType) {
  const declaration = `functions.${signatureType === 'http' ? 'http' : 'cloudEvent'}('${name}', ...)`;
  if (loaded?.[name.split('.')[0]] === undefined) throw runtimeError('Runtime.HandlerNotFound', `${text} is neither exported nor declared with ${declaration}`);
  return { userFunction: find(loaded, name, text), signatureType };
}

function requireFramework(file) {
  const need = createRequire(file);
  try {
    const main = need.resolve(framework);
    return { main: need(main), testing: need(`${framework}/testing`), registry: need(path.join(path.dirname(main), 'function_registry.js')) };
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND' && error.code !== 'ERR_PACKAGE_PATH_NOT_EXPORTED') throw error;
    const missing = `package.json must list "${framework}" (version 3 or newer) among its dependencies; add it and deploy again`;
    throw runtimeError('Runtime.ImportModuleError', `Error: ${missing}`);
  }
}

async function answerHttp(server, event, failed) {
  const response = await send(server, requestOf(event));
  throwCrash(response, failed);
  return resultOf(response);
}

async function answerCloudEvent(server, event, failed) {
  const headers = { 'content-type': 'application/cloudevents+json' };
  const response = await send(server, { method: 'POST', path: '/', headers, body: JSON.stringify(event) });
  throwCrash(response, failed);
  if (response.status < 400) return null;
  throw runtimeError('Runtime.EventRefused', `The event was answered with status ${response.status}: ${response.bytes}`);
}

// The framework marks with a header what it answers for a function that failed, and logs the error itself.
function throwCrash({ headers }, failed) {
  const isCrash = headers.some((name, index) => index % 2 === 0 && name.toLowerCase() === 'x-google-status');
  if (isCrash && failed()) throw failed().error;
}

/** Remembers with which error the function failed, of which the framework's answer has only the text. */
class Watch {
  #note = () => {};

  /** The callback gets a function that tells `{ error }` of this call, or `undefined`. */
  async call(run) {
    let failure;
    this.#note = (error) => (failure ??= { error: withoutOwnFrames(error) });
    try {
      return await run(() => failure);
    } catch (error) {
      if (error !== failure?.error) console.error(withoutOwnFrames(error).stack);
      throw error;
    }
  }

  wrap(userFunction) {
    const watch = this;
    const watched = function (...args) {
      const note = watch.#note;
      process.domain?.prependListener('error', note);
      try {
        const result = userFunction.apply(this, args.map((each, index) => noting(each, index, note)));
        if (result instanceof Promise) result.catch(note);
        return result;
      } catch (error) {
        note(error);
        throw error;
      }
    };
    // The framework tells by it whether the function wants a callback.
    return Object.defineProperty(watched, 'length', { value: userFunction.length });
  }
}

// A callback is the second argument, of a function that takes a CloudEvent.
function noting(argument, index, note) {
  if (index !== 1 || typeof argument !== 'function') return argument;
  return (error, result) => {
    if (error) note(error);
    argument(error, result);
  };
}

function withoutOwnFrames(error) {
  if (typeof error?.stack === 'string') Reflect.set(error, 'stack', error.stack.split('\n').filter((line) => !line.includes(__dirname)).join('\n'));
  return error;
}

module.exports = { load };
