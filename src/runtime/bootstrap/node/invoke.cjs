'use strict';
const { runtimeError } = require('./failure.cjs');

/**
 * Calls the handler with one event. `done` is called once: with `{ error }` of what failed, or with the result as JSON text.
 * A promise answers at once; a callback answers when nothing is left to do, unless the function says otherwise.
 */
function invoke(handler, event, connection, done) {
  let wait = true;
  let isTold = false;
  let isDone = false;
  let watches = false;
  const finish = (error, result) => {
    if (isDone) return;
    isDone = true;
    onIdle = undefined;
    if (watches) connection.ref();
    if (error !== undefined && error !== null) done({ error });
    else stringify(result, done);
  };
  // Only the first word counts.
  const tell = (error, result) => {
    if (isTold) return;
    isTold = true;
    finish(error, result);
  };
  const callback = (error, result) => {
    if (!wait || (error !== undefined && error !== null)) return tell(error, result);
    if (isTold) return;
    isTold = true;
    onIdle = () => finish(undefined, result);
  };
  // The event loop is empty when only the connection is left.
  const watch = () => {
    if (isDone) return;
    watches = true;
    onIdle ??= () => finish(undefined, null);
    if (!isListening()) process.on('beforeExit', idle);
    connection.unref();
  };
  try {
    const returned = handler(parse(event.payload), makeContext(event, tell, () => wait, (value) => (wait = value)), callback);
    if (typeof returned?.then !== 'function') return watch();
    returned.then((result) => tell(undefined, result), (error) => tell(error ?? nothing, undefined));
    // Most are there by now, and nothing needs to be watched.
    settled.then(watch);
  } catch (error) {
    // As on AWS, to throw nothing is no failure, and to reject with nothing is one.
    callback(error);
    watch();
  }
}

const nothing = 'handled';
const settled = Promise.resolve();

function stringify(result, done) {
  let text;
  try {
    if (typeof result?.then === 'function') return void Promise.resolve(result).then((value) => stringify(value, done), (error) => done({ error }));
    text = JSON.stringify(result === undefined ? null : result);
  } catch (error) {
    return done({ error: runtimeError('Error', 'Unable to stringify response body', error) });
  }
  // Of a function or a symbol.
  if (text === undefined) return done({ error: runtimeError('TypeError', 'Wrong arguments') });
  done(undefined, text);
}

function parse(payload) {
  try {
    return JSON.parse(payload);
  } catch (error) {
    throw runtimeError('Runtime.UnmarshalError', `Unable to parse the event: ${error.message}`, error);
  }
}

// What is done when nothing is left to do but to wait for the runtime.
let onIdle;
const idle = () => onIdle?.();

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

function makeContext({ id, deadline, arn, context }, finish, getWait, setWait) {
  const { functionVersion, functionName, memoryLimitInMB, logGroupName, logStreamName } = environmentFacts();
  return {
    get callbackWaitsForEmptyEventLoop() { return getWait(); },
    set callbackWaitsForEmptyEventLoop(value) { setWait(value); },
    functionVersion,
    functionName,
    memoryLimitInMB,
    logGroupName,
    logStreamName,
    clientContext: context ? JSON.parse(context) : undefined,
    identity: undefined,
    invokedFunctionArn: arn,
    awsRequestId: id,
    tenantId: undefined,
    getRemainingTimeInMillis: () => deadline - Date.now(),
    done: (error, result) => finish(error, result),
    fail: (error) => finish(error ?? nothing),
    succeed: (result) => finish(undefined, result),
  };
}

module.exports = { invoke, makeContext, parse };
