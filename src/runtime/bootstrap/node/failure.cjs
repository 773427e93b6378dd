'use strict';
const { types } = require('node:util');

/** What the caller of a function gets to see of whatever was thrown, in the words of Lambda's own client; without the frames of this one. */
function describe(error) {
  try {
    if (!types.isNativeError(error) && !isLikeError(error)) return { errorType: typeof error, errorMessage: error.toString(), trace: [] };
    return { errorType: printable(error.name), errorMessage: printable(error.message), trace: ownLines(printable(error.stack)) };
  } catch {
    // It has no text, or looking for it failed.
    return { errorType: 'handled', errorMessage: 'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack' };
  }
}

function isLikeError(thrown) {
  return [thrown.name, thrown.message, thrown.stack].every((text) => text && typeof text === 'string');
}

function printable(text) {
  return text?.replaceAll('\x7f', '%7F');
}

/** The lines of a stack but for this client's own frames; who asked for a module is part of the message. */
function ownLines(stack) {
  return stack.split('\n').filter((line) => !line.includes(__dirname) || line.startsWith('- '));
}

/** Whatever was thrown, as an error. */
function intoError(thrown) {
  if (thrown instanceof Error) return thrown;
  const error = new Error(textOf(thrown));
  error.stack = String(error);
  return error;
}

/** What was thrown in one text. */
function textOf(thrown) {
  try {
    return String(thrown);
  } catch {
    return typeof thrown;
  }
}

/** Whether it has a message and a stack, of whichever realm it is. */
function isError(thrown) {
  return types.isNativeError(thrown) || (thrown !== null && typeof thrown === 'object' && typeof thrown.stack === 'string');
}

class RuntimeError extends Error {}

/** An error of the runtime's own kinds, for example `Runtime.HandlerNotFound`. */
function runtimeError(name, message, cause) {
  const error = new RuntimeError(message);
  Object.defineProperty(error, 'name', { value: name });
  error.stack = cause?.stack ? `${name}: ${message}\n${cause.stack}` : `${name}: ${message}`;
  return error;
}

/** What records in JSON call the type of an error. */
function className(error) {
  return error instanceof RuntimeError ? error.name.replace('Runtime.', '') : (error.constructor?.name ?? 'UnknownError');
}

module.exports = { className, describe, intoError, isError, ownLines, runtimeError, textOf };
