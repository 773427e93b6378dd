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

// A promise answers at once; a callback answers when nothing is left to do, unless the function says otherwise.
function call(handler, event, headers, socket) {
  return new Promise((resolve, reject) => {
    let wait = true;
    const finish = (error, result) => {
      process.removeListener('beforeExit', onIdle);
      socket.ref();
      if (error !== undefined && error !== null) reject(error);
      else resolve(result);
    };
    let onIdle = () => finish(undefined, null);
    const callback = (error, result) => {
      if (!wait) return finish(error, result);
      process.removeListener('beforeExit', onIdle);
      onIdle = () => finish(error, result);
      process.on('beforeExit', onIdle);
    };
    const context = makeContext(headers, finish, () => wait, (value) => (wait = value));
    // The event loop is empty when only this connection is left.
    process.on('beforeExit', onIdle);
    socket.unref();
    try {
      const returned = handler(event, context, callback);
      if (typeof returned?.then === 'function') returned.then((result) => finish(undefined, result), (error) => finish(error ?? new Error('null'), undefined));
    } catch (error) {
      finish(error ?? new Error(String(error)));
    }
  });
}

function makeContext(headers, finish, getWait, setWait) {
  const env = process.env;
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  const parsed = (name) => (headers[name] ? JSON.parse(headers[name]) : undefined);
  return {
    get callbackWaitsForEmptyEventLoop() { return getWait(); },
    set callbackWaitsForEmptyEventLoop(value) { setWait(value); },
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
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
