'use strict';
// A process that was started before its function was known.
const { readSync } = require('node:fs');
const Module = require('node:module');

const channel = 3;

/** Starts the client once this process has become the function that it is told to be. Ends with the runtime. */
async function wait({ open, start }) {
  open();
  // The loader of ES modules is set up by its first use, as are the turns of the event loop.
  await import('node:url');
  await new Promise(setImmediate);
  const order = typeof Module._initPaths === 'function' && read();
  if (!order) process.exit(0);
  become(JSON.parse(order));
  start();
}

// Held in the call, it takes no time and no timer: what comes next is the order, or the end.
function read() {
  const parts = [];
  const buffer = Buffer.alloc(65536);
  for (;;) {
    const count = readOnce(buffer);
    if (!count) return undefined;
    parts.push(Buffer.from(buffer.subarray(0, count)));
    if (buffer[count - 1] === 10) return Buffer.concat(parts).toString();
  }
}

// On Windows the end is an error.
function readOnce(buffer) {
  try {
    return readSync(channel, buffer);
  } catch (error) {
    if (error.code !== 'EOF') throw error;
    return 0;
  }
}

function become({ variables, folder }) {
  const { env } = process;
  for (const name of Object.keys(env)) if (variables[name] === undefined) delete env[name];
  for (const [name, value] of Object.entries(variables)) if (env[name] !== value) env[name] = value;
  process.chdir(folder);
  // NODE_PATH is looked at only once, when Node starts.
  Module._initPaths();
}

module.exports = { wait };
