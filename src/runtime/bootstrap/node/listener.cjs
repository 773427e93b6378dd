'use strict';
// Calls functions that take requests and responses of Node's own.
const http = require('node:http');
const { requestOf, resultOf, send } = require('./http.cjs');

/** The result for an event of a listener `(request, response)`; rejects with the listener's own error when it fails. */
async function callListener(listener, event) {
  let failure;
  const server = http.createServer((request, response) => {
    const fail = (error) => {
      if (response.writableEnded) return console.error(error);
      failure ??= { error };
      response.destroy();
    };
    run(listener, request, response).catch(fail);
  });
  try {
    return resultOf(await send(server, requestOf(event)));
  } catch (error) {
    throw failure ? failure.error : error;
  }
}

async function run(listener, request, response) {
  await listener(request, response);
}

module.exports = { callListener };
