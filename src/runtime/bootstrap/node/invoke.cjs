'use strict';
const { runtimeError } = require('./failure.cjs');

/** Calls the handler with one event and resolves with its result as JSON text. */
async function invoke(handler, headers, body, socket) {
  const result = await call(handler, parse(body), headers, socket);
  try {
    return result === undefined ? 'null' : (JSON.stringify(result) ?? 'null');
  } catch (error) {
    throw runtimeError('Runtime.MarshalError', `Unable to stringify response body: ${error.message}`, error);
  }
}

function parse(body) {
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    throw runtimeError('Runtime.UnmarshalError', `Unable to parse the event: ${error.message}`, error);
  }
}

// What is done when nothing is left to do but to wait for the runtime.
let onIdle;
const idle = () => onIdle?.();

// A promise answers at once; a callback answers when nothing is left to do, unless the function says otherwise.
function call(handler, event, headers, socket) {
  return new Promise((resolve, reject) => {
    let wait = true;
    let isDone = false;
    const finish = (error, result) => {
      if (isDone) return;
      isDone = true;
      onIdle = undefined;
      socket.ref();
      if (error !== undefined && error !== null) reject(error);
      else resolve(result);
    };
    const callback = (error, result) => {
      if (!wait) finish(error, result);
      else if (!isDone) onIdle = () => finish(error, result);
    };
    const context = makeContext(headers, finish, () => wait, (value) => (wait = value));
    // The event loop is empty when only this connection is left.
    onIdle = () => finish(undefined, null);
    if (!isListening()) process.on('beforeExit', idle);
    socket.unref();
    try {
      const returned = handler(event, context, callback);
      if (typeof returned?.then === 'function') returned.then((result) => finish(undefined, result), (error) => finish(error ?? new Error('null'), undefined));
    } catch (error) {
      finish(error ?? new Error(String(error)));
    }
  });
}

// The function may have listeners of its own, and may have taken off all.
function isListening() {
  return process.listenerCount('beforeExit') > 0 && process.listeners('beforeExit').includes(idle);
}

// Read once: each look at the environment is a call to the system's library.
let facts;
function environmentFacts() {
  const { env } = process;
  return (facts ??= {
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
  });
}

function makeContext(headers, finish, getWait, setWait) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  const parsed = (name) => (headers[name] ? JSON.parse(headers[name]) : undefined);
  const { functionVersion, functionName, memoryLimitInMB, logGroupName, logStreamName } = environmentFacts();
  return {
    get callbackWaitsForEmptyEventLoop() { return getWait(); },
    set callbackWaitsForEmptyEventLoop(value) { setWait(value); },
    functionVersion,
    functionName,
    memoryLimitInMB,
    logGroupName,
    logStreamName,
    clientContext: parsed('lambda-runtime-client-context'),
    identity: parsed('lambda-runtime-cognito-identity'),
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    getRemainingTimeInMillis: () => deadline - Date.now(),
    done: (error, result) => finish(error, result),
    fail: (error) => finish(error ?? new Error('null')),
    succeed: (result) => finish(undefined, result),
  };
}

module.exports = { invoke, makeContext, parse };
