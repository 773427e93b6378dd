import assert from 'node:assert/strict';
import { planDeploy } from '../../src/core/deployPlan';
import type { FunctionConfig } from '../../src/core/provider';

const code = { bytes: new Uint8Array(1234), hash: 'h1', files: ['a.py'] };
const deployed: FunctionConfig = {
  ref: { provider: 'p', scope: 's', name: 'f' },
  codeHash: 'h1',
  runtime: 'python3.13',
  memoryMb: 128,
  environment: { LEVEL: 'info', TOKEN: 'old' },
};

describe('planDeploy', () => {
  it('creates what is not there', () => {
    assert.deepEqual(planDeploy(undefined, { memoryMb: 256 }, code), { action: 'create', codeChanges: true, settingChanges: [], bytes: 1234 });
  });

  it('does nothing when code and settings are the same', () => {
    const plan = planDeploy(deployed, { runtime: 'python3.13', memoryMb: 128, environment: { LEVEL: 'info', TOKEN: 'old' } }, code);
    assert.equal(plan.action, 'nothing');
  });

  it('leaves alone what the manifest does not say', () => {
    assert.equal(planDeploy(deployed, { runtime: undefined, environment: undefined }, code).action, 'nothing');
  });

  it('uploads changed code without touching the settings', () => {
    const plan = planDeploy(deployed, {}, { ...code, hash: 'h2' });
    assert.deepEqual([plan.action, plan.codeChanges, plan.settingChanges], ['update', true, []]);
  });

  it('names changed settings with both values', () => {
    const plan = planDeploy(deployed, { memoryMb: 256, timeoutSeconds: 10 }, code);
    assert.deepEqual(plan.settingChanges, [
      { name: 'memory', before: '128 MB', after: '256 MB' },
      { name: 'timeout', before: '–', after: '10 s' },
    ]);
    assert.equal(plan.codeChanges, false);
  });

  it('never shows a value of the environment', () => {
    const plan = planDeploy(deployed, { environment: { TOKEN: 'new-secret', ADDED: 'x-secret' } }, code);
    assert.deepEqual(plan.settingChanges, [
      { name: 'environment ADDED', before: '–', after: 'set' },
      { name: 'environment LEVEL', before: 'set', after: '–' },
      { name: 'environment TOKEN', before: 'set', after: 'changed' },
    ]);
    assert.ok(!JSON.stringify(plan).includes('secret'));
  });
});
