// Builds dist/: one small bundle for the extension, one for each part that is loaded only when it is needed, and a compiler.
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as esbuild from 'esbuild';
import { bringCompiler, targetHere } from './compilers.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const at = (...parts) => path.join(root, ...parts);
const { values: given } = parseArgs({
  options: {
    watch: { type: 'boolean', default: false },
    /** The platform whose compiler comes along. */
    target: { type: 'string', default: targetHere() },
    out: { type: 'string', default: at('dist') },
  },
});
const isWatching = given.watch;
const dist = given.out;
// Whoever runs what is built sees the old until the new is whole.
const draft = isWatching ? dist : at('out', `dist.${process.pid}`);

/** Bundle name to its source. What `import()` names among these stays a bundle of its own. */
const entries = {
  extension: at('src/extension.ts'),
  aws: at('src/providers/aws/provider.ts'),
  gcp: at('src/providers/gcp/provider.ts'),
  local: at('src/providers/local/provider.ts'),
  manifest: at('src/core/manifestReader.ts'),
  package: at('src/core/package.ts'),
  packer: at('src/core/packaging/packer.ts'),
  runtime: at('src/runtime/main.ts'),
  watch: at('src/runtime/watch.ts'),
  configure: at('src/ui/commands/configure.ts'),
  debug: at('src/ui/debug/index.ts'),
  deploy: at('src/ui/commands/deploy.ts'),
  newFunction: at('src/ui/commands/newFunction.ts'),
  versions: at('src/ui/commands/versions.ts'),
  changeSettings: at('src/ui/commands/changeSettings.ts'),
  deleteFunction: at('src/ui/commands/deleteFunction.ts'),
  openSource: at('src/ui/commands/openSource.ts'),
  showLog: at('src/ui/commands/showLog.ts'),
  eventPick: at('src/ui/invoke/pick.ts'),
  downloadCode: at('src/ui/commands/downloadCode.ts'),
  eventCompletions: at('src/ui/invoke/completions.ts'),
  eventText: at('src/core/invocation/eventText.ts'),
  triggers: at('src/ui/triggers/index.ts'),
  resultPanel: at('src/ui/result/panel.ts'),
};

const lazyBundles = {
  name: 'lazy-bundles',
  setup(build) {
    const names = new Map(Object.entries(entries).map(([name, file]) => [file, name]));
    build.onResolve({ filter: /^\./ }, (args) => {
      if (args.kind !== 'dynamic-import') return undefined;
      const name = names.get(`${path.resolve(args.resolveDir, args.path)}.ts`);
      return name && { path: `./${name}.js`, external: true };
    });
  },
};

/**
 * Has all files of a bundle share VS Code's own object. Left alone, each file's `import * as vscode` becomes a copy of the
 * whole API, getter by getter, which was most of the time that the extension took to load.
 */
const oneVscode = {
  name: 'one-vscode',
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/](ui[\\/].*|extension)\.ts$/ }, async ({ path: file }) => {
      const text = await readFile(file, 'utf8');
      return { contents: text.replace("import * as vscode from 'vscode'", "import { vscode } from 'one-vscode'"), loader: 'ts' };
    });
    build.onResolve({ filter: /^one-vscode$/ }, () => ({ path: 'vscode', namespace: 'one' }));
    build.onLoad({ filter: /.*/, namespace: 'one' }, () => ({ contents: "export const vscode = require('vscode')" }));
  },
};

/**
 * Leaves out what Google's clients bring along and nothing here ever calls, and takes one copy of what they bring three times:
 * a quarter of the time that their bundle took to load.
 */
const leanGoogle = {
  name: 'lean-google',
  setup(build) {
    const copies = { gaxios: 'build/cjs/src/index.js', 'google-logging-utils': 'build/src/index.js' };
    build.onResolve({ filter: /^(gaxios|google-logging-utils)$/ }, ({ path: name }) => ({ path: at('node_modules', name, copies[name]) }));
    // HTTP/2 is an option of its own, and Node has had web streams since version 18.
    build.onLoad({ filter: /[\\/](googleapis-common[\\/]build[\\/]src[\\/]http2|ponyfill\.es2018)\.js$/ }, () => ({ contents: '' }));
  },
};

const options = {
  absWorkingDir: root,
  entryPoints: entries,
  outdir: draft,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // The SDKs' ES modules shake down to two thirds of the size and half the load time of their CommonJS.
  mainFields: ['module', 'main'],
  external: ['vscode'],
  // `import()` of a bundle becomes `require`: Node would search all its text for the names of its exports first.
  supported: { 'dynamic-import': false },
  minify: !isWatching,
  sourcemap: isWatching ? 'linked' : false,
  // The licences of what is bundled are in one file beside the bundles.
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  plugins: [lazyBundles, oneVscode, leanGoogle],
};

async function copyAssets() {
  const copies = [
    ['src/runtime/bootstrap', 'bootstrap'],
    ['src/providers/aws/templates', 'templates/aws'],
    ['src/providers/gcp/templates', 'templates/gcp'],
    ['src/core/manifest.schema.json', 'manifest.schema.json'],
  ];
  await Promise.all(copies.map(([from, to]) => cp(at(from), path.join(draft, to), { recursive: true })));
}

/** Writes the licence of every package that a bundle holds a part of. */
async function writeNotices({ inputs }) {
  const folders = Object.keys(inputs).map((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]);
  const notices = await Promise.all([...new Set(folders.filter(Boolean))].sort().map(notice));
  await writeFile(path.join(draft, 'THIRD-PARTY-NOTICES.txt'), notices.join('\n'));
}

async function notice(folder) {
  const { name, version, license } = JSON.parse(await readFile(at(folder, 'package.json'), 'utf8'));
  const file = (await readdir(at(folder))).find((each) => /^licen[cs]e/i.test(each));
  const text = file ? await readFile(at(folder, file), 'utf8') : '';
  return `${name} ${version} (${license})\n\n${text.trim()}\n${'-'.repeat(80)}\n`;
}

await rm(draft, { recursive: true, force: true });
await mkdir(draft, { recursive: true });
await Promise.all([copyAssets(), bringCompiler(given.target, draft)]);
if (isWatching) await (await esbuild.context(options)).watch();
else {
  const { metafile } = await esbuild.build(options);
  await writeNotices(metafile);
  const old = `${draft}.old`;
  await rename(dist, old).catch((error) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rename(draft, dist);
  await rm(old, { recursive: true, force: true });
}
