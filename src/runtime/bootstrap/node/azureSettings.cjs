'use strict';
// The files beside the functions of an Azure app that say how the host runs them on this machine.
const { existsSync, readFileSync } = require('node:fs');
const path = require('node:path');

/** What goes before every route: `api`, unless host.json has another. */
function readRoutePrefix(root) {
  const { extensions } = readJson(root, 'host.json');
  return String(extensions?.http?.routePrefix ?? 'api').replace(/^\/+|\/+$/g, '');
}

/** Adds the values of local.settings.json to the environment, except for names that it has already. */
function addLocalSettings(root) {
  const { IsEncrypted, Values } = readJson(root, 'local.settings.json');
  if (IsEncrypted) return console.warn('local.settings.json is encrypted, and is left out.');
  for (const [name, value] of Object.entries(Values ?? {})) process.env[name] ??= String(value);
}

function readJson(root, name) {
  const file = path.join(root, name);
  if (!existsSync(file)) return {};
  try {
    return JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    console.warn(`${name} is no JSON, and is left out: ${error.message}`);
    return {};
  }
}

module.exports = { addLocalSettings, readRoutePrefix };
