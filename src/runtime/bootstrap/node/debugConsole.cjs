'use strict';
// The debugger's console: it shows what the function's console is given, as things that can be opened.
const { console: shown } = require('node:inspector');

/** Methods that are the log's own, by what they are to the debugger. */
const own = { log: 'log', info: 'info', debug: 'debug', warn: 'warn', error: 'error', fatal: 'error', trace: 'trace' };
let isInside = false;

/** To be called with the log before anybody takes its functions. */
function show(log) {
  const { installConsole, logError } = log;
  log.installConsole = () => {
    installConsole();
    install();
  };
  log.logError = (title, error) => {
    // As text: of an error the debugger shows all it has, and that of the runtime's own is no business of its user.
    shown.error(error instanceof Error ? error.stack : error);
    logError(title, error);
  };
}

// Node shows the other methods there itself; most of them print by one of the log's, which must not show it twice.
function install() {
  for (const method of new Set([...Object.keys(own), ...Object.keys(shown)])) {
    if (typeof console[method] === 'function') console[method] = around(console[method], shown[own[method]]);
  }
}

function around(print, showAlso) {
  return (...args) => {
    if (!isInside) showAlso?.(...args);
    const was = isInside;
    isInside = true;
    try {
      return print(...args);
    } finally {
      isInside = was;
    }
  };
}

module.exports = { show };
