'use strict';
// Functions that are written for another runtime than Lambda's. Their handler is `<signature>:<file>.<member>`, and the
// signature names the adapter that calls them. Nothing here is loaded for a handler without one.
//
// A further signature takes three lines and a file: a line in this table, one in the Python client's
// (`_function_adapters/__init__.py`), one in `engine/signatures.ts` for its variables, and an adapter beside this file.
// An adapter exports `load({ root, file, name, signature, text })`. It resolves with an async function from the event and
// Lambda's context to the result, which may have `logsErrors`: what it throws is in the log already. `http.cjs` is there for
// all that serve HTTP.
const { runtimeError } = require('./failure.cjs');
const { split } = require('./handler.cjs');

const adapters = {
  'functions-framework/http': './functionsFramework.cjs',
  'functions-framework/cloudevent': './functionsFramework.cjs',
  'azure-functions/http': './azureFunctions.cjs',
  'azure-functions/event': './azureFunctions.cjs',
  'openwhisk/main': './openwhisk.cjs',
  'vercel/http': './vercel.cjs',
  'webtask/main': './webtask.cjs',
};

/** What this client needed for its start, and the other runtime does not have. */
const ours = ['AWS_LAMBDA_RUNTIME_API', 'LAMBDA_TASK_ROOT', 'LAMBDA_RUNTIME_DIR', '_HANDLER'];

const forever = 2 ** 31 - 1;

async function loadForeign(root, text) {
  const colon = text.indexOf(':');
  const [signature, handler] = [text.slice(0, colon), text.slice(colon + 1)];
  const adapter = adapters[signature];
  if (!adapter) throw runtimeError('Runtime.MalformedHandlerName', `This runtime cannot call functions with the signature '${signature}'; it knows ${Object.keys(adapters).join(', ')}.`);
  for (const name of ours) delete process.env[name];
  const call = await require(adapter).load({ root, signature, text: handler, ...split(handler) });
  const invoke = (event, context) => {
    delete process.env._X_AMZN_TRACE_ID;
    return waitFor(call(event, context));
  };
  return Object.assign(invoke, { logsErrors: call.logsErrors });
}

// A function that forgets to answer waits until its time is up, as it does in the cloud.
async function waitFor(answer) {
  const waiting = setInterval(() => {}, forever);
  try {
    return await answer;
  } catch (error) {
    throw withoutCallers(error);
  } finally {
    clearInterval(waiting);
  }
}

/** The error with the function's own frames: what called the function stands below them. */
function withoutCallers(error) {
  if (typeof error?.stack !== 'string') return error;
  const lines = error.stack.split('\n');
  const isCaller = (line) => line.startsWith('    at ') && (line.includes(__dirname) || framework.test(line));
  const end = lines.findIndex(isCaller);
  const own = end > 0 ? lines.slice(0, end) : lines;
  while (own.length > 2 && /^ {4}at .*\bnode:/.test(own.at(-1))) own.pop();
  Reflect.set(error, 'stack', own.join('\n'));
  return error;
}

// Where the function reads source maps, the package's own lead to the names of its sources.
const framework = /[\\/]@azure[\\/]functions[\\/]dist[\\/]|\(webpack:\/\/azure\/functions\//;

module.exports = { loadForeign };
