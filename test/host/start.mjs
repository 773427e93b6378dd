// Opens a real VS Code with the extension on a sample workspace: a desktop one where there is one, else one in the browser.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { findDesktop, findInstalled, hasDesktop } from './desktop.mjs';
import { openServer } from './editor.mjs';
import { cache, root } from './paths.mjs';
import { versions } from './versions.mjs';

// Kept from one start to the next, so that what the user wrote is still there.
const workspace = path.join(cache, 'sample');
await mkdir(cache, { recursive: true });
await cp(path.join(root, 'test/host/workspace'), workspace, { recursive: true, force: false });

// Opens the Function Deck view by itself, so that it is the first thing seen.
const opener = path.join(root, 'test/host/opener');
const desktop = (await findInstalled()) ?? (await findDesktop(versions.newest.vscode));
if (desktop) await openDesktop(desktop);
else await serve();

async function openDesktop(program) {
  const places = ['user-data', 'extensions'].map((name) => path.join(cache, `start-${name}`));
  const flags = [`--user-data-dir=${places[0]}`, `--extensions-dir=${places[1]}`, '--disable-workspace-trust', '--skip-welcome', '--new-window', '--wait'];
  console.log('Opening VS Code with Function Deck on the sample workspace. Close its window to end.');
  await once(spawn(program, [...flags, `--extensionDevelopmentPath=${root}`, `--extensionDevelopmentPath=${opener}`, workspace], { stdio: 'ignore' }), 'exit');
}

async function serve() {
  const keep = path.join(cache, 'start-data');
  const server = await openServer({ workspace, keep, more: [opener], userSettings: { 'workbench.startupEditor': 'readme' } });
  console.log(`\nFunction Deck is running at ${server.url}\nCtrl+C ends it.`);
  if (hasDesktop()) openBrowser(server.url);
  const interrupted = new Promise((resolve) => ['SIGINT', 'SIGTERM'].forEach((signal) => process.once(signal, resolve)));
  await Promise.race([interrupted, server.exited]);
  await server.stop();
}

function openBrowser(url) {
  const [program, ...args] = { darwin: ['open'], win32: ['rundll32', 'url.dll,FileProtocolHandler'] }[process.platform] ?? ['xdg-open'];
  spawn(program, [...args, url], { stdio: 'ignore', detached: true }).on('error', () => console.log('Open that address in a browser.')).unref();
}
