'use strict';
// The least of a runtime client for Node.
const { connect } = require('node:net');
const path = require('node:path');

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const [file, name] = process.env._HANDLER.split('.');
const next = `GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
const handler = require(path.join(process.env.LAMBDA_TASK_ROOT, file))[name];
const socket = connect(Number(port), host, () => socket.write(next)).setNoDelay();
let read = '';

socket.on('close', () => process.exit(0)).on('data', (chunk) => {
  read += chunk.latin1Slice();
  for (let end = read.indexOf('\r\n\r\n'); end >= 0; end = read.indexOf('\r\n\r\n')) {
    const head = read.slice(0, end);
    const total = end + 4 + Number(/content-length: (\d+)/i.exec(head)[1]);
    if (read.length < total) return;
    const body = read.slice(end + 4, total);
    read = read.slice(total);
    const id = /request-id: (\S+)/i.exec(head)?.[1];
    if (id) void answer(id, body);
  }
});

async function answer(id, body) {
  const text = JSON.stringify(await handler(JSON.parse(body), {}));
  socket.write(`POST /2018-06-01/runtime/invocation/${id}/response HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}${next}`);
}
