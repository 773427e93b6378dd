import assert from 'node:assert/strict';
import { mkdirSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { CloudFunction, FunctionProvider, FunctionRef } from '../../src/core/provider';
import { local } from '../../src/providers/local';
import { fakeHost, temporaryFolder } from '../fakes/host';
import { runtimePid } from '../fakes/localRuntime';
import { zip } from '../fakes/zip';

const options = { signal: new AbortController().signal, report: () => undefined };
const ref: FunctionRef = { provider: 'local', scope: 'local', name: 'greet' };
const settings = { runtime: 'nodejs6.x', handler: 'index.handler', memoryMb: 256 };

describe('functions that run from a folder of this machine', () => {
  const host = fakeHost();
  const provider = local(host) as Required<FunctionProvider>;
  const folder = path.join(realpathSync(temporaryFolder()), 'greet');
  const write = (text: string): void => writeFileSync(path.join(folder, 'index.js'), `exports.handler = async () => ${text};`);
  const call = async (): Promise<string> => {
    const result = await provider.invoke(ref, { payload: Buffer.from('{}') }, options);
    return Buffer.from(result.ok ? result.payload : result.error.message).toString('utf8');
  };
  const list = async (): Promise<CloudFunction | undefined> => {
    for await (const { functions } of provider.list({ id: 'local', label: 'This machine' }, options)) return functions[0];
    return undefined;
  };
  before(() => {
    mkdirSync(folder);
    write('1');
  });
  after(() => void process.kill(runtimePid(host.storage), 'SIGTERM'));

  it('are made by a link, and tell where they run from and on what', async () => {
    const linked = await provider.live.link({ ref, settings, folder }, options);
    assert.deepEqual([linked.liveFrom, linked.memoryMb, linked.state, linked.codeBytes], [folder, 256, 'active', undefined]);
    assert.equal(await call(), '1');
    const listed = await list();
    assert.deepEqual([listed?.liveFrom, listed?.runsOn, listed?.cannot], [folder, `Node.js ${process.versions.node}`, ['code']]);
    write('22');
    assert.equal(await call(), '22');
  });

  it('keep their link when their settings change, and change them when they are linked again', async () => {
    const written = await provider.config.write(ref, { memoryMb: 512 }, undefined, options);
    assert.deepEqual([written.liveFrom, written.memoryMb], [folder, 512]);
    const linked = await provider.live.link({ ref, settings: { ...settings, runtime: 'nodejs22.x', environment: { LEVEL: 'a' } }, folder }, options);
    assert.deepEqual([linked.runtime, linked.memoryMb], ['nodejs22.x', 256]);
    assert.equal(await call(), '22');
  });

  it('say what to do when the folder has gone, and run again when it is back', async () => {
    renameSync(folder, `${folder}-moved`);
    assert.match(await call(), /The folder .+greet that greet runs from is not there: put it back, or deploy greet from where it is now\./);
    const listed = await list();
    assert.deepEqual([listed?.state, listed?.stateReason], ['failed', `${folder} is not there any more; put it back, or deploy from where it is now.`]);
    renameSync(`${folder}-moved`, folder);
    assert.equal(await call(), '22');
  });

  it('end to be live when a package is deployed', async () => {
    const deployed = await provider.deploy({ ref, settings, package: zip({ 'index.js': 'exports.handler = async () => 333;' }) }, options);
    assert.deepEqual([deployed.liveFrom, deployed.codeBytes !== undefined, deployed.cannot], [undefined, true, undefined]);
    assert.equal(await call(), '333');
  });

  it('are refused for a folder that is not there', async () => {
    await assert.rejects(provider.live.link({ ref, settings, folder: `${folder}-gone` }, options), /There is no folder .+greet-gone to run from/);
    assert.equal(await call(), '333');
  });
});
