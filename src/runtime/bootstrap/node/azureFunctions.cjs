'use strict';
// Calls functions of Azure's programming model 4 through the package `@azure/functions`, as the function's package has it.
// One folder may register several; the member of the handler is the name of one.
const path = require('node:path');
const { runtimeError } = require('./failure.cjs');
const { load: loadModule } = require('./handler.cjs');
const { App } = require('./azureCore.cjs');
const { mainFiles } = require('./azureMain.cjs');
const { answerHttp } = require('./azureHttp.cjs');
const { addLocalSettings, readRoutePrefix } = require('./azureSettings.cjs');
const { offerStreams } = require('./azureStream.cjs');
const { answerEvent } = require('./azureEvent.cjs');

/** Resolves with what calls the function with an event: for one with an HTTP trigger, the event is a request. */
async function load({ root, file, name, text }) {
  const app = new App();
  app.offer();
  addLocalSettings(root);
  await loadApp(root, file);
  const registered = app.functions.get(name.toLowerCase());
  if (!registered) throw runtimeError('Runtime.HandlerNotFound', missing(app, text, name));
  const stream = await offerStreams(app.model);
  await app.run('appStart', { hookData: {}, appHookData: app.data });
  const trigger = Object.values(registered.metadata.bindings).find(({ type }) => /trigger$/i.test(type));
  const invoke = (request) => run(app, registered, request);
  if (trigger.type.toLowerCase() !== 'httptrigger') return (event, { awsRequestId: id }) => answerEvent(trigger, event, id, invoke);
  const route = { name: registered.metadata.name, trigger, prefix: readRoutePrefix(root) };
  const send = stream ? (request, plain) => stream(request, plain, invoke) : invoke;
  return (event, { awsRequestId: id }) => answerHttp(route, event, id, send);
}

// The files of the app that package.json names are loaded as well: hooks and settings are often in one of their own.
async function loadApp(root, file) {
  for (const other of mainFiles(root)) {
    if (other === path.posix.normalize(file)) continue;
    try {
      await loadModule(root, other);
    } catch (error) {
      console.warn(`${other} could not be loaded, and is left out: ${error.message}`);
    }
  }
  try {
    await loadModule(root, file);
  } catch (error) {
    throw withCure(error);
  }
}

function withCure(error) {
  const isMissing = error?.name === 'Runtime.ImportModuleError' || error?.code === 'ERR_MODULE_NOT_FOUND';
  if (!isMissing || !/'@azure\/functions'/.test(error.message)) return error;
  const missing = 'package.json must list "@azure/functions" (version 4 or newer) among its dependencies; add it and deploy again';
  return runtimeError('Runtime.ImportModuleError', `Error: ${missing}`);
}

function missing(app, text, name) {
  const known = [...app.functions.values()].map(({ metadata }) => metadata.name);
  if (known.length) return `${text}: no function is registered with the name "${name}"; there are ${known.join(', ')}`;
  return `${text} is not registered: its file must call app.http("${name}", ...) of "@azure/functions", version 4 or newer`;
}

/** What the host's worker does for one call, with the hooks around it. */
async function run(app, { metadata, callback }, request) {
  let invocation;
  const log = (level, category, message) => app.log(level, category, message, invocation);
  const core = { invocationId: request.invocationId, request, metadata, state: undefined, log };
  const model = await app.model.getInvocationModel(core);
  const { context, inputs } = await model.getArguments();
  invocation = context;
  const common = { hookData: {}, appHookData: app.data, invocationContext: context };
  const before = { ...common, functionCallback: callback, inputs };
  await app.run('preInvocation', before);
  const after = { ...common, inputs: before.inputs, ...(await outcome(() => model.invokeFunction(context, before.inputs, before.functionCallback))) };
  core.state = 'postInvocationHooks';
  await app.run('postInvocation', after);
  core.state = undefined;
  if (after.error !== null && after.error !== undefined) throw after.error;
  return model.getResponse(context, after.result);
}

async function outcome(call) {
  try {
    return { result: await call(), error: null };
  } catch (error) {
    return { result: null, error: error ?? new Error(String(error)) };
  }
}

module.exports = { load };
