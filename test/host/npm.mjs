import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * npm's own script, run by this Node: `npm` itself is a shell script or a .cmd file, which not every system can start
 * without a shell.
 */
function npmScript() {
  const beside = path.dirname(process.execPath);
  const places = [
    process.env.npm_execpath,
    path.join(beside, 'node_modules/npm/bin/npm-cli.js'),
    path.join(beside, '../lib/node_modules/npm/bin/npm-cli.js'),
    '/usr/share/nodejs/npm/bin/npm-cli.js',
  ];
  const found = places.find((place) => place?.endsWith('npm-cli.js') && existsSync(place));
  if (!found) throw new Error('npm was not found; start this with `npm start` or `npm test`.');
  return found;
}

/** Runs npm in a folder. Rejects with what it wrote when it fails. */
export function npm(args, cwd) {
  const quiet = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [npmScript(), ...args, ...quiet], { cwd, env: plainEnvironment() });
    let written = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (written += data));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`npm ${args.join(' ')} failed in ${cwd}:\n${written}`));
    });
  });
}

// Inside `npm start`, npm hands its own settings down; those that name this project must not reach an install elsewhere.
function plainEnvironment() {
  const projectOnly = /^npm_(package|lifecycle|command|config_(local_)?prefix|config_omit|config_include)/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !projectOnly.test(name)));
}
