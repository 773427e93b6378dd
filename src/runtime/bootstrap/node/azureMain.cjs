'use strict';
// The files that the `main` of an Azure function app names, which may be a pattern: `src/{index,functions/*}.js`.
const { existsSync, readdirSync, readFileSync } = require('node:fs');
const path = require('node:path');

/** Paths without endings, below the folder and with `/`, in order. */
function mainFiles(root) {
  const pattern = mainOf(root);
  if (!pattern) return [];
  const wanted = expressionOf(pattern);
  const top = pattern.slice(0, pattern.search(/[*?{[]|$/)).replace(/[^/]*$/, '');
  return filesBelow(root, top).filter((file) => wanted.test(file)).sort().map((file) => file.replace(/\.[cm]?js$/, ''));
}

function mainOf(root) {
  const file = path.join(root, 'package.json');
  const { main } = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  return typeof main === 'string' && !main.includes('..') ? path.posix.normalize(main) : undefined;
}

function filesBelow(root, folder) {
  const at = path.join(root, folder);
  if (!existsSync(at)) return [];
  const isOwn = (file) => /\.[cm]?js$/.test(file) && !/(^|\/)node_modules\//.test(file);
  const deep = folder !== '';
  const names = readdirSync(at, { recursive: deep }).map((name) => folder + name.replaceAll(path.sep, '/'));
  return names.filter(isOwn);
}

const special = { '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]', '{': '(?:', '}': ')', ',': '|' };

function expressionOf(pattern) {
  const text = pattern.replace(/\*\*\/|\*\*|[*?{},]|[.+^$()|[\]\\]/g, (found) => special[found] ?? `\\${found}`);
  return new RegExp(`^${text}$`);
}

module.exports = { mainFiles };
