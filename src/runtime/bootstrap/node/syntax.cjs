'use strict';
// Finds the place of a syntax error in an ES module, which Node keeps out of the error.
const { spawnSync } = require('node:child_process');
const { existsSync, readFileSync } = require('node:fs');
const path = require('node:path');

const maxFiles = 30;

/** `file:line` and the code there, as Node shows it, of the first wrong file among an entry and what it imports by path. */
function findSyntaxError(entry) {
  const files = [entry];
  for (let index = 0; index < Math.min(files.length, maxFiles); index++) {
    const place = check(files[index]);
    if (place) return place;
    for (const file of imports(files[index])) if (!files.includes(file)) files.push(file);
  }
  return undefined;
}

function check(file) {
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '' };
  const { status, stderr } = spawnSync(process.execPath, ['--check', file], { encoding: 'utf8', env, windowsHide: true, timeout: 5000 });
  return status ? stderr.split(/\r?\n\r?\n/, 1)[0] : undefined;
}

function imports(file) {
  const names = readFileSync(file, 'utf8').matchAll(/(?:\bfrom|\bimport|\bimport\(|\brequire\()\s*['"](\.{1,2}\/[^'"]+\.[cm]?js)['"]/g);
  return [...names].map(([, name]) => path.resolve(path.dirname(file), name)).filter(existsSync);
}

module.exports = { findSyntaxError };
