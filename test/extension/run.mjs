// Runs the tests inside a real VS Code: `node test/extension/run.mjs oldest|newest`.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import * as esbuild from 'esbuild';
import { findDebugpy } from '../host/debugpy.mjs';
import { findDesktop } from '../host/desktop.mjs';
import { out, root } from '../host/paths.mjs';
import { versions } from '../host/versions.mjs';
import { copyWorkspace } from '../host/workspace.mjs';

const age = process.argv[2] ?? 'newest';
const folder = path.join(out, `extension-${age}`);
await mkdir(folder, { recursive: true });
await esbuild.build({
  entryPoints: [path.join(root, 'test/extension/index.ts'), path.join(root, 'test/extension/*.test.ts')],
  outdir: folder,
  bundle: true,
  platform: 'node',
  target: 'node20',
  external: ['vscode', 'mocha'],
  logLevel: 'warning',
});
const workspace = await copyWorkspace();
const desktop = await findDesktop(versions[age].vscode);
try {
  await runTests({
    vscodeExecutablePath: desktop ?? path.join(root, 'test/host/code.mjs'),
    extensionDevelopmentPath: root,
    extensionTestsPath: path.join(folder, 'index.js'),
    launchArgs: [workspace.folder],
    extensionTestsEnv: { FUNCTION_DECK_VSCODE: age, FUNCTION_DECK_DEBUGPY: (await findDebugpy()) ?? '' },
  });
} finally {
  await workspace.remove();
}
