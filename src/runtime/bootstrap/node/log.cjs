'use strict';
// The function's console: each call is one log event, however many lines it has.
const { writeSync } = require('node:fs');
const { format } = require('node:util');

const order = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
let descriptor;
let isJson;
let lowest;
let requestId;

function setRequestId(id) {
  requestId = id;
}

/** As the environment variables say; they are not looked at before. */
function installConsole() {
  descriptor = Number(process.env._LAMBDA_TELEMETRY_LOG_FD);
  delete process.env._LAMBDA_TELEMETRY_LOG_FD;
  isJson = process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON';
  lowest = isJson ? order.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL) : 0;
  const levels = { log: 'INFO', info: 'INFO', debug: 'DEBUG', warn: 'WARN', error: 'ERROR', fatal: 'FATAL' };
  for (const [method, level] of Object.entries(levels)) console[method] = (...args) => log(level, args);
  console.trace = (...args) => {
    if (isJson) return log('TRACE', args);
    const at = {};
    Error.captureStackTrace(at, console.trace);
    write('TRACE', `${format(...args)}\n${at.stack.split('\n').slice(1).join('\n')}`);
  };
}

function log(level, args) {
  if (!isJson) return write(level, format(...args));
  if (order.indexOf(level) >= lowest) writeRecord(level, args);
}

function writeRecord(level, [message, ...others]) {
  const now = Date.now();
  const record = { timestamp: new Date(now).toISOString(), level, requestId, message };
  if (!others.length) return writeFrame(now, 0xa55a0002, `${stringifyRecord(record)}\n`);
  const error = others.find((other) => other instanceof Error);
  writeFrame(now, 0xa55a0002, `${JSON.stringify({ ...record, message: format(message, ...others), ...(error && describeError(error)) })}\n`);
}

// One thing alone stays a thing; what JSON has no word for becomes text.
function stringifyRecord(record) {
  try {
    return JSON.stringify(record, (_, value) => (value instanceof Error ? { ...describeError(value), ...value } : value));
  } catch {
    return JSON.stringify({ ...record, message: format(record.message) });
  }
}

function describeError(error) {
  const stackTrace = typeof error.stack === 'string' ? error.stack.split('\n') : [];
  return { errorType: error.constructor?.name ?? 'UnknownError', errorMessage: error.message, stackTrace };
}

function write(level, message) {
  const now = Date.now();
  writeFrame(now, 0xa55a0003, `${new Date(now).toISOString()}\t${requestId}\t${level}\t${message}\n`);
}

function writeFrame(now, type, text) {
  const length = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(16 + length);
  frame.writeUInt32BE(type, 0);
  frame.writeUInt32BE(length, 4);
  frame.writeBigUInt64BE(BigInt(now) * 1000n, 8);
  frame.write(text, 16);
  writeAll(frame);
}

function writeAll(bytes) {
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(descriptor, bytes, done);
    } catch (error) {
      // The other end is slow; wait for it rather than lose the line.
      if (error.code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

function logError(title, failure, error) {
  const details = error !== null && typeof error === 'object' ? { ...error } : {};
  const { errorType, errorMessage, trace } = failure;
  if (isJson) return log('ERROR', [{ errorType, errorMessage, ...details, stackTrace: trace }]);
  write('ERROR', `${title} \t${stringify({ errorType, errorMessage, ...details, stack: trace })}`);
}

function stringify(value) {
  try {
    return JSON.stringify(value);
  } catch {
    return JSON.stringify({ errorType: value.errorType, errorMessage: value.errorMessage, stack: value.stack });
  }
}

module.exports = { installConsole, logError, setRequestId };
