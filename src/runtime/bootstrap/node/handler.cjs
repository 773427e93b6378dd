'use strict';
const { existsSync, readFileSync, statSync } = require('node:fs');
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
  if (!found) throw runtimeError('Runtime.HandlerNotFound', `${text} is undefined or not exported`);
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
    if (statSync(base, { throwIfNoEntry: false })?.isFile()) return await loadFile(base, false);
    if (existsSync(`${base}.js`)) return await loadFile(`${base}.js`, isModule(base, root));
    if (existsSync(`${base}.mjs`)) return await loadFile(`${base}.mjs`, true);
    if (existsSync(`${base}.cjs`)) return await loadFile(`${base}.cjs`, false);
    return require(require.resolve(file, { paths: [root, path.dirname(base)] }));
  } catch (error) {
    throw explain(error, base);
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

function explain(error, base) {
  if (error instanceof SyntaxError) return runtimeError('Runtime.UserCodeSyntaxError', `SyntaxError: ${error.message}`, placed(error, base));
  if (error?.code !== 'MODULE_NOT_FOUND') return error;
  const frames = error.stack.split('\n').filter((line) => line.startsWith('    at '));
  return runtimeError('Runtime.ImportModuleError', `Error: ${withoutOwn(error.message)}`, { stack: frames.join('\n') });
}

// Of who asked for a module, the last stands for all of the runtime.
function withoutOwn(message) {
  const lines = message.split('\n');
  return lines.filter((line, index) => index === lines.length - 1 || !line.startsWith(`- ${__dirname}`)).join('\n');
}

// Loaded only now, because most functions never need it.
function placed(error, base) {
  if (!error.stack?.startsWith('SyntaxError')) return error;
  const entry = ['.js', '.mjs', '.cjs'].map((ending) => base + ending).find(existsSync);
  const place = entry && require('./syntax.cjs').findSyntaxError(entry);
  return place ? { stack: `${place}\n\n${error.stack}` } : error;
}

module.exports = { find, load, loadHandler, split };
