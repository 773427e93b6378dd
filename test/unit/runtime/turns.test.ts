import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { RunningRuntime } from './harness';

/** The number of the policy: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html, field 41. */
const ofProcess = (text: string): number => Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[38]);
const batch = 3;

describe('the local runtime: whose turn it is', () => {
  it('waits for its turn with all that it starts', async function () {
    if (!hasChrt()) return void this.skip();
    const runtime = await RunningRuntime.start();
    try {
      await runtime.node('node', "exports.handler = async () => ['self', process.ppid].map((id) => require('node:fs').readFileSync(`/proc/${id}/stat`, 'latin1'));");
      await runtime.python('python', 'def handler(e, c):\n    return [open("/proc/self/stat").read()]\n');
      const stats = [(await runtime.call('node')).body, (await runtime.call('python')).body].flat() as string[];
      assert.deepEqual(stats.map(ofProcess), [batch, batch, batch]);
    } finally {
      await runtime.stop();
    }
  });
});

function hasChrt(): boolean {
  try {
    return process.platform === 'linux' && execFileSync('chrt', ['--version']).length > 0;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}
