'use strict';
// A debugger may stop where an error is thrown that nobody catches. The runtime catches all that a handler fails with, which
// must not count: of a promise's failure it learns as Node does, when nobody has taken it.

/** How to fail those who wait for a handler, by the promise that nobody takes. */
const waiting = new WeakMap();
const settled = Promise.resolve();
const AsyncFunction = (async () => undefined).constructor;

/** To be called with what loads the handler before anybody takes it. */
function watchHandler(handlers) {
  const { loadHandler } = handlers;
  handlers.loadHandler = async (...place) => new Proxy(await loadHandler(...place), { apply });
}

function apply(handler, self, args) {
  const call = () => Reflect.apply(handler, self, args);
  // What it throws before it waits for anything must not seem to be caught by whoever called it.
  if (handler instanceof AsyncFunction) return new Promise((resolve, reject) => void settled.then(() => follow(call(), resolve, reject)));
  const returned = call();
  return returned instanceof Promise ? new Promise((resolve, reject) => follow(returned, resolve, reject)) : returned;
}

function follow(returned, resolve, reject) {
  waiting.set(returned.then(resolve), reject);
}

/** To be called once somebody listens for what nobody takes. */
function takeRejections() {
  const others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', (reason, promise) => {
    const fail = waiting.get(promise);
    if (fail) fail(reason);
    else for (const listen of others) listen(reason, promise);
  });
}

module.exports = { takeRejections, watchHandler };
