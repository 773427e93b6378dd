'use strict';
// Calls functions of web requests: `(Request) => Response | Promise<Response>`.
const { resultOf, wholeRequestOf } = require('./http.cjs');

const contextKey = Symbol.for('@vercel/request-context');
const bodiless = new Set(['GET', 'HEAD']);

/** The result for an event of a function of web requests; resolves when all is done that it has waited for. */
async function callWeb(answer, event) {
  const later = [];
  const context = { waitUntil: (promise) => void later.push(promise) };
  // Packages look for it there.
  globalThis[contextKey] = { get: () => context };
  const response = await answer(webRequest(event), context);
  // A package may bring a class of its own.
  if (typeof response?.arrayBuffer !== 'function' || !response.headers) throw new TypeError(`The function returned ${response === null ? 'null' : typeof response}, which is no response: it must return a Response.`);
  const bytes = Buffer.from(await response.arrayBuffer());
  await Promise.allSettled(later);
  return resultOf({ status: response.status, headers: [...response.headers].flat(), bytes });
}

function webRequest(event) {
  const { method, url, headers, body } = wholeRequestOf(event, 'http://localhost');
  return new Request(url, { method, headers, body: bodiless.has(method) || !body.length ? undefined : body });
}

module.exports = { callWeb };
