'use strict';
// The program of a Node function. A spare one does all that is the same for every function, and then waits to be told
// which it is to be.
const { enableCompileCache } = require('node:module');

const { _FUNCTION_SPARE: isSpare, _FUNCTION_COMPILED: compiled } = process.env;
// Ours alone: neither the function nor what it starts gets to see them.
for (const name of ['_FUNCTION_SPARE', '_FUNCTION_COMPILED']) delete process.env[name];
if (compiled) enableCompileCache?.(compiled);

const client = require('./client.cjs');
if (isSpare) require('./spare.cjs').wait(client);
else client.start();
