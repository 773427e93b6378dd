import assert from 'node:assert/strict';
import { type DeployPlan, fitSettings, planDeploy, type PlanRules } from '../../src/core/deployPlan';
import type { DeploymentPackage, FunctionConfig, FunctionSettings } from '../../src/core/provider';

const ref = { provider: 'p', scope: 's', name: 'f' };
const code: DeploymentPackage = { bytes: new Uint8Array(1234), hash: 'h1', files: ['a.py'] };
const deployed: FunctionConfig = {
  ref,
  codeHash: 'h1',
  runtime: 'python3.13',
  handler: 'handler',
  memoryMb: 128,
  environment: { LEVEL: 'info', TOKEN: 'old' },
  secrets: { KEY: 'key:1' },
  trigger: { kind: 'storage', bucket: 'b', event: 'finalized' },
  access: 'private',
};

function plan(before: FunctionConfig | undefined, settings: FunctionSettings, rules?: PlanRules): DeployPlan {
  return planDeploy(before, { ref, settings, package: code }, rules);
}

describe('planDeploy', () => {
  it('creates what is not there, and tells how', () => {
    const settingChanges = [
      { name: 'memory', before: '–', after: '256 MB' },
      { name: 'trigger', before: '–', after: 'pubsub (topic: orders)' },
    ];
    const expected: DeployPlan = { action: 'create', codeChanges: true, settingChanges, alsoChanges: [], opens: false, bytes: 1234 };
    assert.deepEqual(plan(undefined, { memoryMb: 256, trigger: { kind: 'pubsub', topic: 'orders' } }), expected);
  });

  it('does nothing when code and settings are the same', () => {
    const same: FunctionSettings = {
      runtime: 'python3.13',
      memoryMb: 128,
      description: '',
      environment: { LEVEL: 'info', TOKEN: 'old' },
      secrets: { KEY: 'key:1' },
      trigger: { event: 'finalized', kind: 'storage', bucket: 'b' },
      access: 'private',
    };
    assert.deepEqual([plan(deployed, same).action, plan(deployed, same).settingChanges], ['nothing', []]);
  });

  it('compares settings as the provider would keep them', () => {
    const settings = { handler: 'main.handler' };
    assert.equal(plan(deployed, settings).action, 'update');
    assert.equal(plan(deployed, settings, { asKept: (wanted) => ({ ...wanted, handler: wanted.handler?.replace(/.*\./, '') }) }).action, 'nothing');
  });

  it('leaves alone what the manifest does not say', () => {
    const settings = { runtime: undefined, environment: undefined, secrets: undefined, trigger: undefined, access: undefined };
    assert.equal(plan(deployed, settings).action, 'nothing');
  });

  it('takes a function whose callers cannot be seen for private', () => {
    const unseen = { ...deployed, access: undefined };
    assert.equal(plan(unseen, { access: 'private' }).action, 'nothing');
    assert.deepEqual([plan(unseen, { access: 'public' }).action, plan(unseen, { access: 'public' }).opens], ['update', true]);
    assert.equal(plan({ ...deployed, access: 'public' }, { access: 'private' }).action, 'update');
  });

  it('leaves out what the provider says the function will not have', () => {
    const rules: PlanRules = { asKept: (wanted, { scope }) => ({ ...wanted, description: scope, access: undefined }) };
    assert.deepEqual([plan(undefined, { access: 'public' }, rules).opens, plan(undefined, { access: 'public' }, rules).settingChanges], [false, []]);
    assert.equal(plan({ ...deployed, description: 's' }, { access: 'public' }, rules).action, 'nothing');
  });

  it('uploads changed code without touching the settings', () => {
    const { action, codeChanges, settingChanges } = planDeploy(deployed, { ref, settings: {}, package: { ...code, hash: 'h2' } });
    assert.deepEqual([action, codeChanges, settingChanges], ['update', true, []]);
  });

  it('links a folder once, and then only changes what is set', () => {
    const link = (before: FunctionConfig | undefined, memoryMb = 128, folder = '/w/f'): DeployPlan => planDeploy(before, { ref, settings: { memoryMb }, folder });
    const live: FunctionConfig = { ...deployed, codeHash: undefined, liveFrom: '/w/f' };
    const facts = ({ action, codeChanges, settingChanges, bytes, folder }: DeployPlan): unknown => [action, codeChanges, settingChanges.length, bytes, folder];
    assert.deepEqual(facts(link(undefined)), ['create', true, 1, 0, '/w/f']);
    assert.deepEqual(facts(link(deployed)), ['update', true, 0, 0, '/w/f']);
    assert.deepEqual(facts(link(live)), ['nothing', false, 0, 0, '/w/f']);
    assert.deepEqual(facts(link(live, 256)), ['update', false, 1, 0, '/w/f']);
    assert.deepEqual(facts(link(live, 128, '/w/other')), ['update', true, 0, 0, '/w/other']);
    assert.deepEqual([plan(live, {}).action, plan(live, {}).codeChanges], ['update', true]);
  });

  it('names changed settings with both values', () => {
    const { settingChanges, codeChanges } = plan(deployed, { memoryMb: 256, timeoutSeconds: 10, cpu: 0.5, minInstances: 0, trigger: { kind: 'http' } });
    assert.deepEqual(settingChanges, [
      { name: 'memory', before: '128 MB', after: '256 MB' },
      { name: 'timeout', before: '–', after: '10 s' },
      { name: 'cpu', before: '–', after: '0.5' },
      { name: 'minInstances', before: '–', after: '0' },
      { name: 'trigger', before: 'storage (bucket: b, event: finalized)', after: 'http' },
    ]);
    assert.equal(codeChanges, false);
  });

  it('never shows a value of the environment', () => {
    const changed = plan(deployed, { environment: { TOKEN: 'new-secret', ADDED: 'x-secret' } });
    assert.deepEqual(changed.settingChanges, [
      { name: 'environment ADDED', before: '–', after: 'set' },
      { name: 'environment LEVEL', before: 'set', after: '–' },
      { name: 'environment TOKEN', before: 'set', after: 'changed' },
    ]);
    assert.ok(!JSON.stringify([changed, plan(undefined, { environment: { A: 'x-secret' } })]).includes('-secret'));
  });

  it('shows where secrets lie', () => {
    assert.deepEqual(plan(deployed, { secrets: { KEY: 'key:2', OTHER: 'other' } }).settingChanges, [
      { name: 'secret KEY', before: 'key:1', after: 'key:2' },
      { name: 'secret OTHER', before: '–', after: 'other' },
    ]);
    assert.deepEqual(plan(deployed, { secrets: {} }).settingChanges, [{ name: 'secret KEY', before: 'key:1', after: '–' }]);
  });

  it('keeps text from elsewhere in its line', () => {
    const [change] = plan({ ...deployed, description: 'a\n\u001b[31mb\u202e' }, { description: 'c' }).settingChanges;
    assert.deepEqual(change, { name: 'description', before: 'a b', after: 'c' });
  });

  it('says when everyone may call from then on', () => {
    const opens = (before: FunctionConfig | undefined, access?: FunctionSettings['access']): boolean => plan(before, { access }).opens;
    assert.deepEqual([opens(undefined, 'public'), opens(deployed, 'public'), opens({ ...deployed, access: undefined }, 'public')], [true, true, true]);
    assert.deepEqual([opens(undefined, 'private'), opens(undefined), opens({ ...deployed, access: 'public' }, 'public')], [false, false, false]);
  });

  it('tells what changes beside the function, but not when nothing does', () => {
    const rules: PlanRules = { alsoChanges: ({ name }, { access }, before) => [`Access of ${name}: ${before?.access} becomes ${access}.`] };
    assert.deepEqual(plan(deployed, { access: 'public' }, rules).alsoChanges, ['Access of f: private becomes public.']);
    assert.deepEqual(plan(deployed, { access: 'private' }, rules).alsoChanges, []);
  });
});

describe('fitSettings', () => {
  const settings: FunctionSettings = { memoryMb: 128, cpu: 0, signature: 'x/y', trigger: { kind: 'http' }, description: undefined };

  it('leaves out what a provider does not have, by its name in the manifest', () => {
    assert.deepEqual(fitSettings(settings, ['cpu', 'runtime']), { settings: { cpu: 0 }, ignored: ['memory', 'trigger'] });
  });

  it('leaves nothing out for a provider that does not tell', () => {
    assert.deepEqual(fitSettings(settings, undefined), { settings, ignored: [] });
  });
});
