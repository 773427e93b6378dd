'use strict';
// The Node runtime client: loads the handler, then asks the Runtime API for one event after another.
const Module = require('node:module');
const { connect, Socket } = require('node:net');
const { installConsole, logError, setRequestId } = require('./log.cjs');
const { loadHandler } = require('./handler.cjs');
const { EventReader } = require('./events.cjs');
const { describe, runtimeError, textOf } = require('./failure.cjs');
const { invoke, makeContext, parse } = require('./invoke.cjs');

const base = '/2018-06-01/runtime/';
const reportRss = process.platform !== 'linux';
let api;
let NEXT;
let usedStreams;
let socket;
const events = new EventReader(run);
const onread = { buffer: Buffer.allocUnsafeSlow(65_536), callback: (length, buffer) => (events.take(length, buffer), true) };

const streaming = Symbol.for('aws.lambda.runtime.handler.streaming');
let current;
let handler;

/** Opens the connection that is there from the beginning, if there is one. */
function open() {
  const { _FUNCTION_WIRE: wire } = process.env;
  delete process.env._FUNCTION_WIRE;
  if (wire && !socket) socket = new Socket({ fd: Number(wire), onread });
}

/** Serves as the environment variables say; but for the connection they are not looked at before. */
function start() {
  api = process.env.AWS_LAMBDA_RUNTIME_API;
  NEXT = `GET ${base}invocation/next HTTP/1.1\r\nHost: ${api}\r\n\r\n`;
  installConsole();
  offerStreaming();
  usedStreams = watchStreams();
  open();
  const [host, port] = api.split(':');
  socket ??= connect({ host, port: Number(port), noDelay: true, onread });
  // Without the runtime there is nobody to work for.
  socket.on('close', () => process.exit(0)).on('error', () => process.exit(1));
  process.on('uncaughtException', (error) => die('Uncaught Exception', error, 129));
  process.on('unhandledRejection', dieOfRejection);
  const { LAMBDA_TASK_ROOT, _FUNCTION_ROOT: root = LAMBDA_TASK_ROOT, _HANDLER } = process.env;
  delete process.env._FUNCTION_ROOT;
  loadHandler(root, _HANDLER).then(serve, (error) => die('Uncaught Exception', error, 1));
}

function serve(loaded) {
  handler = loaded;
  // A promise that the function's code left rejected is told of before.
  setImmediate(() => socket.write(NEXT));
}

function run(event) {
  current = event.id;
  setRequestId(current);
  process.env._X_AMZN_TRACE_ID = event.traceId;
  if (handler[streaming]) return void runStreaming(event);
  invoke(handler, event, socket, (failed, text) => void answer(event.id, failed, text));
}

/** The function may go on for a moment after its answer, and print: so many steps of promises are still of this call. */
const steps = 8;

/** Sends what became of an event, and asks for the next; `failed` has what was thrown. */
async function answer(id, failed, text) {
  if (failed) text = tell(failed.error);
  // `process.nextTick` would wait for all of them, but takes a young process as long as everything else here.
  for (let step = 0; step < steps; step++) await undefined;
  if (isUnwritten()) await flush();
  // An error that nobody caught may have ended it meanwhile.
  if (current !== id) return;
  current = undefined;
  socket.write(post(`invocation/${id}/${failed ? 'error' : 'response'}`, text, NEXT));
  keepCompiled();
}

function tell(error) {
  if (!handler.logsErrors) logError('Invoke Error', error);
  return JSON.stringify(describe(error));
}

// For `(event, responseStream, context)`: what it writes goes out at once, and a failure after that as the end of it.
async function runStreaming(event) {
  const { id } = event;
  const { ResponseStream, invokeStreaming } = require('./stream.cjs');
  const head = (type) => `POST ${base}invocation/${id}/response HTTP/1.1\r\nHost: ${api}\r\nLambda-Runtime-Function-Response-Mode: streaming\r\nTransfer-Encoding: chunked\r\nContent-Type: ${type}\r\n\r\n`;
  const stream = new ResponseStream(socket, head);
  let failure;
  try {
    await invokeStreaming(handler, parse(event.payload), streamingContext(event), stream);
  } catch (error) {
    failure = describe(error);
    logError('Invoke Error', error);
  }
  if (current !== id) return;
  await flush();
  current = undefined;
  if (failure && !stream.begun) socket.write(post(`invocation/${id}/error`, JSON.stringify(failure), NEXT));
  else stream.finishRequest(failure, NEXT);
}

function streamingContext(event) {
  const context = makeContext(event, () => undefined, () => true, () => undefined);
  for (const name of ['done', 'fail', 'succeed']) delete context[name];
  return context;
}

// Functions call it while they are loaded; most never do, so it is loaded when it is first looked at.
function offerStreaming() {
  if (['1', 'true'].includes(process.env.AWS_LAMBDA_NODEJS_NO_GLOBAL_AWSLAMBDA)) return;
  const give = (value) => Object.defineProperty(globalThis, 'awslambda', { value, writable: true, configurable: true, enumerable: true }).awslambda;
  Object.defineProperty(globalThis, 'awslambda', { configurable: true, enumerable: true, get: () => give(require('./stream.cjs').offer), set: give });
}

function post(path, text, after = '') {
  const rss = reportRss ? `X-Max-Rss-Kb: ${process.resourceUsage().maxRSS}\r\n` : '';
  return `POST ${base}${path} HTTP/1.1\r\nHost: ${api}\r\n${rss}Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}${after}`;
}

// What Node compiled is kept for the next start, once the first call has its answer.
let kept = typeof Module.flushCompileCache !== 'function';
function keepCompiled() {
  if (kept) return;
  kept = true;
  setTimeout(() => Module.flushCompileCache(), 500).unref();
}

// A stream that is written asynchronously must be empty before the answer goes, or its lines would come too late.
function watchStreams() {
  const used = new Set();
  for (const name of ['stdout', 'stderr']) {
    const original = Object.getOwnPropertyDescriptor(process, name);
    Object.defineProperty(process, name, { ...original, get() {
      const stream = original.get.call(process);
      used.add(stream);
      return stream;
    } });
  }
  return used;
}

function isUnwritten() {
  for (const stream of usedStreams) if (stream.writableLength) return true;
  return false;
}

async function flush() {
  for (const stream of usedStreams) if (stream.writableLength) await new Promise((resolve) => stream.write('', resolve));
}

function die(title, error, code) {
  const failure = describe(error);
  logError(title, error);
  const path = current ? `invocation/${current}/error` : 'init/error';
  current = undefined;
  socket.write(post(path, JSON.stringify(failure)), () => process.exit(code));
}

function dieOfRejection(reason, promise) {
  const error = Object.assign(runtimeError('Runtime.UnhandledPromiseRejection', textOf(reason)), { reason, promise });
  if (reason instanceof Error) error.stack = `Runtime.UnhandledPromiseRejection: ${reason.stack}`;
  die('Unhandled Promise Rejection', error, 128);
}

module.exports = { open, start };
