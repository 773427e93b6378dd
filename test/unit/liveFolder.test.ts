import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { liveObstacle } from '../../src/core/liveFolder';
import type { Manifest } from '../../src/core/manifest';
import { temporaryFolder } from '../fakes/host';

const node: Manifest = { name: 'f', runtime: 'nodejs22.x', handler: 'index.handler' };
const python: Manifest = { name: 'f', runtime: 'python3.13', handler: 'app.handler' };

describe('whether a function can run from its folder', () => {
  const workspace = (files: Readonly<Record<string, string>>): string => {
    const folder = temporaryFolder();
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), text);
    }
    return folder;
  };
  const obstacle = (manifest: Manifest, files: Readonly<Record<string, string>>, at = ''): Promise<string | undefined> => liveObstacle({ folder: path.join(workspace(files), at), manifest });
  const venv = process.platform === 'win32' ? '.venv/Lib/site-packages' : '.venv/lib/python3.13/site-packages';

  it('it can when it needs nothing', async () => {
    assert.equal(await obstacle(node, { 'index.mjs': '' }), undefined);
    assert.equal(await obstacle(node, { 'index.ts': '', 'package.json': '{"devDependencies":{"typescript":"5"}}' }), undefined);
    assert.equal(await obstacle(python, { 'app.py': '', 'requirements.txt': '# nothing yet\n' }), undefined);
  });

  it('it cannot without the packages of package.json, in the folder or above', async () => {
    const files = { 'a/index.js': '', 'a/package.json': '{"dependencies":{"one":"1","@s/two":"2"},"optionalDependencies":{"three":"3"}}' };
    assert.match((await obstacle(node, files, 'a')) ?? '', /^Its folder does not have one, @s\/two of package\.json installed; run "npm install" there/);
    const one = { ...files, 'node_modules/one/package.json': '{}' };
    assert.match((await obstacle(node, one, 'a')) ?? '', / have @s\/two of package\.json/);
    assert.equal(await obstacle(node, { ...one, 'a/node_modules/@s/two/package.json': '{}' }, 'a'), undefined);
  });

  it('it cannot without the packages of requirements.txt, in a virtual environment in the folder or above', async () => {
    const files = { 'a/app.py': '', 'a/requirements.txt': 'Foo_Bar[extra]>=1 # why\nonly-there; sys_platform == "plan9"\n./local\n' };
    assert.match((await obstacle(python, files, 'a')) ?? '', /^Its folder does not have Foo_Bar of requirements\.txt installed; make a \.venv there/);
    const empty = { ...files, '.venv/pyvenv.cfg': '', [`${venv}/other-1.dist-info/METADATA`]: '' };
    assert.match((await obstacle(python, empty, 'a')) ?? '', /run "pip install -r requirements\.txt" in its \.venv/);
    assert.equal(await obstacle(python, { ...empty, [`${venv}/foo.bar-1.2.dist-info/METADATA`]: '' }, 'a'), undefined);
  });

  it('a framework that the local runtime can stand in for need not be installed', async () => {
    const files = { 'app.py': '', 'requirements.txt': 'functions-framework==3.*\n' };
    assert.equal(await obstacle({ ...python, signature: 'functions-framework/http' }, files), undefined);
    assert.notEqual(await obstacle(python, files), undefined);
  });

  it('a program must be one that can be executed', async () => {
    const provided: Manifest = { name: 'f', runtime: 'provided.al2023', handler: 'any' };
    const folder = workspace({ bootstrap: '#!/bin/sh\n' });
    if (process.platform !== 'win32') assert.match((await liveObstacle({ folder, manifest: provided })) ?? '', /run "chmod \+x bootstrap"/);
    chmodSync(path.join(folder, 'bootstrap'), 0o755);
    assert.equal(await liveObstacle({ folder, manifest: provided }), undefined);
  });

  it('what no package could be made of is refused as it is there', async () => {
    await assert.rejects(obstacle(node, {}), /The handler "index\.handler" needs a file index\.ts or index\.js/);
    await assert.rejects(obstacle({ name: 'f' }, {}), /does not say the runtime/);
  });
});
