import assert from 'node:assert/strict';
import { RunningRuntime } from './harness';

describe('the local runtime: variables that a function sets itself', () => {
  let runtime: RunningRuntime;
  before(async () => (runtime = await RunningRuntime.start()));
  after(() => runtime.stop());

  const own = { TZ: 'Asia/Kolkata', LANG: 'C.UTF-8', PATH: '/usr/bin:/bin:/own', LD_LIBRARY_PATH: '/own/lib', AWS_XRAY_CONTEXT_MISSING: 'IGNORE_ERROR', AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1:9' };
  const set = (more: object) => ({ Environment: { Variables: { ...own, ...more } } });

  it('are as it says in Node, and what is found by them is', async () => {
    const source = 'exports.handler = async () => [require("lib-of-mine"), require("dep"), new Date(0).getHours(), { ...process.env }];';
    const files = { 'index.js': source, 'lib/lib-of-mine.js': 'module.exports = "mine";', 'node_modules/dep/index.js': 'module.exports = "dep";' };
    await runtime.create('n', files, { Runtime: 'nodejs20.x', Handler: 'index.handler', ...set({ NODE_PATH: '/var/task/lib' }) });
    const [mine, dep, hours, env] = (await runtime.call('n')).body as [string, string, number, Record<string, string>];
    assert.deepEqual([mine, dep, hours], ['mine', 'dep', 5]);
    assert.deepEqual(Object.fromEntries(Object.keys(own).map((name) => [name, env[name]])), own);
    assert.match(env.NODE_PATH ?? '', /lib.+node_modules$/);
  });

  it('are as it says in Python, and what is found by them is', async () => {
    const source = 'import datetime, os, lib_of_mine\ndef handler(e, c): return [lib_of_mine.whose, datetime.datetime.fromtimestamp(0).hour, dict(os.environ)]\n';
    await runtime.create('p', { 'app.py': source, 'lib/lib_of_mine.py': 'whose = "mine"\n' }, { Runtime: 'python3.13', Handler: 'app.handler', ...set({ PYTHONPATH: '/var/task/lib' }) });
    const [mine, hours, env] = (await runtime.call('p')).body as [string, number, Record<string, string>];
    assert.deepEqual([mine, hours], ['mine', 5]);
    assert.deepEqual(Object.fromEntries(Object.keys(own).map((name) => [name, env[name]])), own);
  });

  it('count also where they are the only ones that need a process of its own', async () => {
    await runtime.python('warm', 'def handler(e, c): return 1\n');
    await runtime.call('warm');
    await runtime.python('zone', 'import datetime\ndef handler(e, c): return datetime.datetime.fromtimestamp(0).hour\n', { Environment: { Variables: { TZ: 'Asia/Kolkata' } } });
    assert.equal((await runtime.call('zone')).body, 5);
  });
});
