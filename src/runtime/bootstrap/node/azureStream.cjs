'use strict';
// HTTP streams, which `app.setup({ enableHttpStream: true })` switches on: the package then takes requests through a server
// of its own. Here it is reached through memory, so that it opens no port.
const net = require('node:net');
const { resultOf, send } = require('./http.cjs');

/** Resolves with what calls a function through the package's server; with nothing when the app does not ask for streams. */
async function offerStreams(model) {
  let server;
  const listen = net.Server.prototype.listen;
  net.Server.prototype.listen = function (...args) {
    server = this;
    this.address = () => ({ address: '127.0.0.1', family: 'IPv4', port: 7072 });
    process.nextTick(() => args.at(-1)?.());
    return this;
  };
  try {
    await model.getCapabilities?.({});
  } finally {
    net.Server.prototype.listen = listen;
  }
  return server && ((request, plain, invoke) => callThrough(server, request, plain, invoke));
}

async function callThrough(server, request, { method, url, headers, body }, invoke) {
  const about = { 'x-ms-invocation-id': request.invocationId, 'x-forwarded-host': url.host, 'x-forwarded-proto': 'http' };
  const answer = send(server, { method, path: url.pathname + url.search, headers: { ...headers, ...about }, body });
  // If the function fails there is none.
  answer.catch(() => undefined);
  try {
    await invoke(request);
  } catch (error) {
    server.closeAllConnections();
    throw error;
  }
  const result = resultOf(await answer);
  delete result.headers['x-ms-invocation-id'];
  return result;
}

module.exports = { offerStreams };
