'use strict';
// The module `@azure/functions-core`, which Azure's host gives to the package `@azure/functions` and which is on no registry:
// through it the package says which functions there are, and how they are called.
// https://github.com/Azure/azure-functions-nodejs-worker/tree/v4.x/types-core
const Module = require('node:module');

const name = '@azure/functions-core';
const hookNames = ['appStart', 'appTerminate', 'preInvocation', 'postInvocation', 'log'];
const methods = { trace: 'debug', debug: 'debug', information: 'info', none: 'info', warning: 'warn', error: 'error', critical: 'error' };

/** What the packages of a function app have registered. */
class App {
  /** By name in lower case, as the host compares them: `{ metadata, callback }`. */
  functions = new Map();
  model = undefined;
  data = {};
  #hooks = new Map(hookNames.map((hook) => [hook, []]));

  /** Has every `require` of the module answered from here. */
  offer() {
    const core = this.#core();
    const load = Module._load;
    Module._load = function (request, ...rest) {
      return request === name ? core : load.call(this, request, ...rest);
    };
  }

  #core() {
    return {
      version: '4.0.0',
      hostVersion: '4.1000.0',
      Disposable,
      getProgrammingModel: () => this.model,
      setProgrammingModel: (model) => void (this.model = model),
      registerFunction: (metadata, callback) => this.#register(metadata, callback),
      registerHook: (hook, callback) => this.#addHook(hook, callback),
      log: (level, category, message) => this.log(level, category, message),
    };
  }

  #register(metadata, callback) {
    const key = metadata.name.toLowerCase();
    if (this.functions.has(key)) throw new Error(`A function named "${metadata.name}" has already been registered.`);
    this.functions.set(key, { metadata, callback });
    return new Disposable(() => this.functions.delete(key));
  }

  #addHook(hook, callback) {
    const callbacks = this.#hooks.get(hook);
    if (!callbacks) throw new RangeError(`Unrecognized hook "${hook}"`);
    callbacks.push(callback);
    return new Disposable(() => void callbacks.splice(callbacks.indexOf(callback), 1));
  }

  /** Runs the hooks of a kind one after another with what they may look at and change. */
  async run(hook, context) {
    for (const callback of this.#hooks.get(hook)) await callback(context);
  }

  /** A line of the package's or the function's own; what the package tells of its work is left out. */
  log(level, category, message, invocationContext) {
    const line = { level, message, category, invocationContext, hookData: {}, appHookData: this.data };
    for (const callback of this.#hooks.get('log')) callback(line);
    if (category === 'user' || line.level === 'warning' || line.level === 'error') console[methods[line.level] ?? 'info'](line.message);
  }
}

class Disposable {
  #end;

  static from(...others) {
    return new Disposable(() => others.forEach((other) => other.dispose()));
  }

  constructor(end) {
    this.#end = end;
  }

  dispose() {
    this.#end?.();
    this.#end = undefined;
  }
}

module.exports = { App };
