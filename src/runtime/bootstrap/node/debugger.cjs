'use strict';
// Waits for a debugger, then is the runtime client: `debugger.cjs CLIENT`. On descriptor 5 it tells the port, then that it goes on.
const { closeSync, writeSync } = require('node:fs');
const inspector = require('node:inspector');
const uncaught = require('./uncaught.cjs');

const told = 5;
process.argv.splice(1, 1);
inspector.open(0, '127.0.0.1', false);
writeSync(told, `${new URL(inspector.url()).port}\n`);
inspector.waitForDebugger();
writeSync(told, 'attached\n');
closeSync(told);
require('./debugConsole.cjs').show(require('./log.cjs'));
uncaught.watchHandler(require('./handler.cjs'));
require(process.argv[1]);
uncaught.takeRejections();
