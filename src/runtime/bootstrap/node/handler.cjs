'use strict';
const { existsSync, readFileSync } = require('node:fs');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { runtimeError } = require('./failure.cjs');

const streaming = Symbol.for('aws.lambda.runtime.handler.streaming');
const foreign = /^[a-z-]+\/[a-z]+:/;

/** Loads `dir/file.export.nested` below a folder and resolves with the function; with a signature before it, with what calls it. */
async function loadHandler(root, text) {
  if (foreign.test(text)) return require('./signatures.cjs').loadForeign(root, text);
  const { file, name } = split(text);
  return find(await load(root, file), name, text);
}

/** The function that a module exports under a name, or `Runtime.HandlerNotFound`. */
function find(loaded, name, text) {
  let owner = loaded;
  let found = loaded;
  for (const part of name.split('.')) [owner, found] = [found, found?.[part]];
  if (found === undefined) throw runtimeError('Runtime.HandlerNotFound', `${text} is undefined or not exported`);
  if (typeof found !== 'function') throw runtimeError('Runtime.HandlerNotFound', `${text} is not a function`);
  const bound = found.bind(owner);
  bound[streaming] = found[streaming];
  return bound;
}

function split(text) {
  if (!text || text.includes('..')) throw runtimeError('Runtime.MalformedHandlerName', `'${text}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`);
  const slash = text.lastIndexOf('/') + 1;
  const dot = text.indexOf('.', slash);
  if (dot <= slash) throw runtimeError('Runtime.MalformedHandlerName', 'Bad handler');
  return { file: text.slice(0, dot), name: text.slice(dot + 1) };
}

async function load(root, file) {
  const base = path.resolve(root, file);
  try {
    if (existsSync(`${base}.js`)) return await loadFile(`${base}.js`, isModule(base, root));
    if (existsSync(`${base}.mjs`)) return await loadFile(`${base}.mjs`, true);
    if (existsSync(`${base}.cjs`)) return await loadFile(`${base}.cjs`, false);
    return require(require.resolve(file, { paths: [root, path.dirname(base)] }));
  } catch (error) {
    throw explain(error, file, base);
  }
}

async function loadFile(file, asModule) {
  return asModule ? await import(pathToFileURL(file).href) : require(file);
}

// By the nearest package.json, as Node itself decides.
function isModule(base, root) {
  for (let folder = path.dirname(base); ; folder = path.dirname(folder)) {
    const file = path.join(folder, 'package.json');
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')).type === 'module';
    if (folder === root || folder === path.dirname(folder)) return false;
  }
}

function explain(error, file, base) {
  if (error instanceof SyntaxError) return runtimeError('Runtime.UserCodeSyntaxError', `SyntaxError: ${error.message}`, placed(error, base));
  if (error?.code === 'MODULE_NOT_FOUND' || error?.code === 'ERR_MODULE_NOT_FOUND') {
    const message = error.message.includes(`'${file}'`) ? `Error: Cannot find module '${file}'` : `Error: ${error.message}`;
    return runtimeError('Runtime.ImportModuleError', message, error);
  }
  return error;
}

// Loaded only now, because most functions never need it.
function placed(error, base) {
  if (!error.stack?.startsWith('SyntaxError')) return error;
  const entry = ['.js', '.mjs', '.cjs'].map((ending) => base + ending).find(existsSync);
  const place = entry && require('./syntax.cjs').findSyntaxError(entry);
  return place ? { stack: `${place}\n\n${error.stack}` } : error;
}

module.exports = { find, load, loadHandler, split };
