'use strict';
// The function's console: each call is one log event, however many lines it has.
const { writeSync } = require('node:fs');
const { format } = require('node:util');
const { className, describe, intoError, ownLines } = require('./failure.cjs');

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
  const levels = { log: 'INFO', info: 'INFO', trace: 'TRACE', debug: 'DEBUG', warn: 'WARN', error: 'ERROR', fatal: 'FATAL' };
  // As on AWS, what is logged without a word is `undefined`, and a trace tells no place.
  for (const [method, level] of Object.entries(levels)) console[method] = (message, ...others) => log(level, [message, ...others]);
}

function log(level, args) {
  if (!isJson) return write(level, format(...args));
  if (order.indexOf(level) >= lowest) writeRecord(level, args);
}

function writeRecord(level, [message, ...others]) {
  const now = Date.now();
  const record = { timestamp: new Date(now).toISOString(), level, requestId, message };
  if (!others.length) return writeFrame(now, 0xa55a0002, `${stringifyRecord(record)}\n`);
  const error = [message, ...others].find((one) => one instanceof Error);
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
  const stackTrace = typeof error.stack === 'string' ? ownLines(error.stack) : [];
  return { errorType: className(error), errorMessage: error.message, stackTrace };
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

/** Tells of what was thrown, whatever it was. */
function logError(title, thrown) {
  const error = intoError(thrown);
  if (isJson) return log('ERROR', [error]);
  write('ERROR', `${title} \t${errorText(error)}`);
}

function errorText(error) {
  try {
    return JSON.stringify(error, (_, value) => (value instanceof Error ? withMembers(value) : value));
  } catch {
    return JSON.stringify(describe(error));
  }
}

function withMembers(error) {
  const { name, message, code, stack } = error;
  return { errorType: name, errorMessage: message, code, ...error, ...(typeof stack === 'string' && { stack: ownLines(stack) }) };
}

module.exports = { installConsole, logError, setRequestId };
