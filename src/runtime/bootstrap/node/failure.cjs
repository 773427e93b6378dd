'use strict';
const { types } = require('node:util');

/** What the caller of a function gets to see of an error, whatever was thrown: no frames of this client's own. */
function describe(error, type) {
  if (isError(error)) {
    const stack = String(error.stack ?? '');
    return { errorType: type ?? String(error.name), errorMessage: String(error.message), trace: stack.split('\n').filter((line) => !line.includes(__dirname)) };
  }
  return { errorType: type ?? typeof error, errorMessage: String(error), trace: [] };
}

/** Whether it has a message and a stack, of whichever realm it is. */
function isError(thrown) {
  return types.isNativeError(thrown) || (thrown !== null && typeof thrown === 'object' && typeof thrown.stack === 'string');
}

/** An error of the runtime's own kinds, for example `Runtime.HandlerNotFound`. */
function runtimeError(name, message, cause) {
  const error = new Error(message);
  error.name = name;
  error.stack = cause?.stack ? `${name}: ${message}\n${cause.stack}` : `${name}: ${message}`;
  return error;
}

module.exports = { describe, isError, runtimeError };
