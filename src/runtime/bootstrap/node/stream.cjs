'use strict';
// Answers that a function gives bit by bit: what `awslambda` offers, and the stream that goes to the runtime.
const { Writable } = require('node:stream');
const { runtimeError } = require('./failure.cjs');

const streaming = Symbol.for('aws.lambda.runtime.handler.streaming');
const httpType = 'application/vnd.awslambda.http-integration-response';

/** Marks a handler `(event, responseStream, context)`. */
function streamifyResponse(handler) {
  handler[streaming] = 'response';
  return handler;
}

const HttpResponseStream = {
  /** Puts status, headers and cookies before what is written. */
  from(stream, prelude) {
    stream.setContentType(httpType);
    stream.prelude = Buffer.concat([Buffer.from(JSON.stringify(prelude)), Buffer.alloc(8)]);
    return stream;
  },
};

/** Sends what is written as chunks of one request; nothing is sent before the first write. */
class ResponseStream extends Writable {
  #socket;
  #head;
  #type = 'application/octet-stream';

  /** `head` makes the head of the request from a content type. */
  constructor(socket, head) {
    super({ highWaterMark: 1024 * 1024 });
    this.#socket = socket;
    this.#head = head;
    this.begun = false;
    this.prelude = undefined;
  }

  setContentType(type) {
    if (this.begun) throw runtimeError('Runtime.InvalidStreamingOperation', 'Cannot set content-type, too late.');
    this.#type = type;
  }

  write(chunk, ...rest) {
    const isRaw = typeof chunk === 'string' || chunk instanceof Uint8Array;
    return super.write(isRaw ? chunk : JSON.stringify(chunk), ...rest);
  }

  _write(chunk, _encoding, done) {
    this.#send(chunk, done);
  }

  /** The end of the request; with a failure as its trailers, if there was one. */
  finishRequest(failure, after) {
    if (!this.begun) this.#send(Buffer.alloc(0), () => undefined);
    const body = failure && Buffer.from(JSON.stringify(failure)).toString('base64');
    const trailers = failure ? `Lambda-Runtime-Function-Error-Type: ${oneLine(failure.errorType)}\r\nLambda-Runtime-Function-Error-Body: ${body}\r\n` : '';
    this.#socket.write(`0\r\n${trailers}\r\n${after}`);
  }

  #send(chunk, done) {
    const parts = [];
    if (!this.begun) {
      this.begun = true;
      parts.push(Buffer.from(this.#head(oneLine(this.#type))));
      if (this.prelude) parts.push(frame(this.prelude));
    }
    if (chunk.length) parts.push(frame(chunk));
    this.#socket.write(Buffer.concat(parts), done);
  }
}

function frame(chunk) {
  return Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]);
}

function oneLine(text) {
  return String(text).replace(/[^\x20-\x7e]/g, '?');
}

/** Calls the handler; resolves when its stream has ended. */
async function invokeStreaming(handler, event, context, stream) {
  const ended = new Promise((resolve, reject) => stream.once('finish', resolve).once('error', reject));
  // Its failure must not count as unheard of while the handler still runs.
  ended.catch(() => undefined);
  const returned = handler(event, stream, context);
  // A text, because that is what the caller gets to see on AWS.
  if (typeof returned?.then !== 'function') throw 'Streaming does not support non-async handlers.';
  if ((await returned) !== undefined) console.warn('Streaming handlers ignore return values.');
  await ended;
}

module.exports = { ResponseStream, invokeStreaming, offer: { streamifyResponse, HttpResponseStream } };
