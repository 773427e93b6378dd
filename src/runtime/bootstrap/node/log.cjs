'use strict';
// The function's console: each call is one log event, however many lines it has.
const { writeSync } = require('node:fs');
const { format } = require('node:util');

const descriptor = Number(process.env._LAMBDA_TELEMETRY_LOG_FD);
delete process.env._LAMBDA_TELEMETRY_LOG_FD;
let requestId = 'undefined';

function setRequestId(id) {
  requestId = id;
}

function installConsole() {
  const levels = { log: 'INFO', info: 'INFO', debug: 'DEBUG', warn: 'WARN', error: 'ERROR', fatal: 'FATAL' };
  for (const [method, level] of Object.entries(levels)) console[method] = (...args) => write(level, format(...args));
  console.trace = (...args) => {
    const at = {};
    Error.captureStackTrace(at, console.trace);
    write('TRACE', `${format(...args)}\n${at.stack.split('\n').slice(1).join('\n')}`);
  };
}

function write(level, message) {
  const now = Date.now();
  const text = `${new Date(now).toISOString()}\t${requestId}\t${level}\t${message}\n`;
  const length = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(16 + length);
  frame.writeUInt32BE(0xa55a0003, 0);
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
