'use strict';
const { types } = require('node:util');

/** What the caller of a function gets to see of an error, whatever was thrown: no frames of this client's own. */
function describe(error, type) {
  if (types.isNativeError(error) || (error !== null && typeof error === 'object' && typeof error.stack === 'string')) {
    const stack = String(error.stack ?? '');
    return { errorType: type ?? String(error.name), errorMessage: String(error.message), trace: stack.split('\n').filter((line) => !line.includes(__dirname)) };
  }
  return { errorType: type ?? typeof error, errorMessage: String(error), trace: [] };
}

/** An error of the runtime's own kinds, for example `Runtime.HandlerNotFound`. */
function runtimeError(name, message, cause) {
  const error = new Error(message);
  error.name = name;
  error.stack = cause?.stack ? `${name}: ${message}\n${cause.stack}` : `${name}: ${message}`;
  return error;
}

module.exports = { describe, runtimeError };
