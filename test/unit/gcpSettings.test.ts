import assert from 'node:assert/strict';
import fc from 'fast-check';
import { planDeploy } from '../../src/core/deployPlan';
import type { FunctionSettings, TriggerSetting } from '../../src/core/provider';
import { asKept } from '../../src/providers/gcp/kept';
import { alsoChanges } from '../../src/providers/gcp/questions';
import { toMegabytes, toProcessors } from '../../src/providers/gcp/quantities';
import { fromGoogle, toGoogle } from '../../src/providers/gcp/runtimes';
import { difference, fromFunction, turnsTrigger } from '../../src/providers/gcp/settings';

const name = 'projects/my-project/locations/europe-west1/functions/hello';
const fresh = { name };
const ref = { provider: 'gcp', scope: 'my-project/europe-west1', name: 'hello' };

/** What Google would have after the change: masked members are taken from the body, others stay. */
function apply(settings: FunctionSettings, raw: Parameters<typeof difference>[1] = fresh): Parameters<typeof difference>[1] {
  const { body } = difference(settings, raw);
  return { ...raw, ...body, buildConfig: { ...raw.buildConfig, ...body.buildConfig }, serviceConfig: { ...raw.serviceConfig, ...body.serviceConfig } };
}

describe('gcp settings', () => {
  it('translates runtimes both ways', () => {
    assert.deepEqual(['python39', 'python313', 'nodejs22', 'go125', 'java21'].map(fromGoogle), ['python3.9', 'python3.13', 'nodejs22.x', 'go125', 'java21']);
    assert.deepEqual(['python3.9', 'python3.13', 'nodejs22.x', 'nodejs22', 'python313'].map(toGoogle), ['python39', 'python313', 'nodejs22', 'nodejs22', 'python313']);
  });

  it('reads quantities of every unit', () => {
    const read = ['256M', '256Mi', '1Gi', '1G', '268435456', '256000000', '262144Ki', '256000k', '1.5Gi', '', 'much', 7];
    assert.deepEqual(read.map(toMegabytes), [256, 256, 1024, 1000, 256, 256, 256, 256, 1536, undefined, undefined, undefined]);
    assert.deepEqual(['1', '0.1666', '583m', undefined].map(toProcessors), [1, 0.1666, 0.583, undefined]);
  });

  it('sends everything that was set for a new function', () => {
    const { body } = difference({
      runtime: 'python3.13', handler: 'app.main.go', memoryMb: 512, timeoutSeconds: 30, environment: { A: '1' }, description: 'Says hello', role: 'me@my-project.iam.gserviceaccount.com',
      cpu: 1, concurrency: 10, minInstances: 1, maxInstances: 3, secrets: { KEY: 'key:2', OTHER: 'projects/other/secrets/o' }, trigger: { kind: 'pubsub', topic: 'orders' },
    }, fresh);
    assert.deepEqual(body, {
      description: 'Says hello',
      buildConfig: { runtime: 'python313', entryPoint: 'go', environmentVariables: { GOOGLE_FUNCTION_SOURCE: 'app/main.py' } },
      serviceConfig: {
        availableMemory: '512Mi', availableCpu: '1', timeoutSeconds: 30, maxInstanceRequestConcurrency: 10, minInstanceCount: 1, maxInstanceCount: 3,
        environmentVariables: { A: '1' }, serviceAccountEmail: 'me@my-project.iam.gserviceaccount.com',
        secretEnvironmentVariables: [{ key: 'KEY', secret: 'key', version: '2' }, { key: 'OTHER', projectId: 'other', secret: 'o', version: 'latest' }],
      },
      eventTrigger: { eventType: 'google.cloud.pubsub.topic.v1.messagePublished', pubsubTopic: 'projects/my-project/topics/orders' },
    });
  });

  it('sends nothing of what is so already, however it is written', () => {
    const raw = {
      name,
      environment: 'GEN_2',
      buildConfig: { runtime: 'nodejs22', entryPoint: 'handler', build: 'projects/123/locations/europe-west1/builds/b' },
      serviceConfig: {
        availableMemory: '256M', availableCpu: '1000m', environmentVariables: { LOG_EXECUTION_ID: 'true', A: '1', B: '2' },
        secretEnvironmentVariables: [{ key: 'KEY', projectId: '123', secret: 'key', version: 'latest' }],
      },
    };
    const settings = { runtime: 'nodejs22.x', handler: 'index.handler', memoryMb: 256, cpu: 1, environment: { B: '2', A: '1' }, description: '', minInstances: 0, trigger: { kind: 'http' } };
    assert.deepEqual(difference({ ...settings, secrets: { KEY: 'projects/my-project/secrets/key' } }, raw).mask, []);
    assert.deepEqual(difference({ ...settings, secrets: { KEY: 'key:latest' } }, raw).mask, []);
  });

  it('masks exactly what changes, and keeps the variable that Google sets', () => {
    const raw = { name, description: 'old', buildConfig: { runtime: 'nodejs20', entryPoint: 'handler' }, serviceConfig: { availableMemory: '256Mi', environmentVariables: { LOG_EXECUTION_ID: 'true', A: '1' } } };
    const { body, mask } = difference({ runtime: 'nodejs22.x', handler: 'index.handler', memoryMb: 256, environment: {}, description: '' }, raw);
    assert.deepEqual(mask, ['build_config.runtime', 'description', 'service_config.environment_variables']);
    assert.deepEqual(body, { description: '', buildConfig: { runtime: 'nodejs22' }, serviceConfig: { environmentVariables: { LOG_EXECUTION_ID: 'true' } } });
  });

  it('tells the build of a Python file that is not main.py, and takes that back', () => {
    const raw = { name, buildConfig: { runtime: 'python313', entryPoint: 'handler', environmentVariables: { GOOGLE_FUNCTION_SOURCE: 'app.py', X: '1' } } };
    assert.deepEqual(difference({ runtime: 'python3.13', handler: 'app.handler' }, raw).mask, []);
    assert.deepEqual(difference({ handler: 'handler' }, raw).mask, []);
    assert.deepEqual(difference({ handler: 'main.handler' }, raw), { body: { buildConfig: { environmentVariables: { X: '1' } } }, mask: ['build_config.environment_variables'] });
    assert.deepEqual(difference({ runtime: 'nodejs22.x', handler: 'app.handler' }, fresh).mask, ['build_config.entry_point', 'build_config.runtime']);
  });

  it('reads and writes triggers of every kind', () => {
    const triggers: readonly TriggerSetting[] = [
      { kind: 'http' },
      { kind: 'pubsub', topic: 'orders', retry: 'true' },
      { kind: 'pubsub', topic: 'projects/other/topics/orders' },
      { kind: 'storage', bucket: 'photos', event: 'deleted', location: 'eu' },
      { kind: 'eventarc', type: 'google.cloud.audit.log.v1.written', serviceName: 'storage.googleapis.com', methodName: 'storage.buckets.create' },
      { kind: 'eventarc', type: 'google.cloud.firestore.document.v1.written', database: '(default)', document: 'users/{id}', location: 'nam5' },
    ];
    for (const trigger of triggers) assert.deepEqual(fromFunction(apply({ trigger })).trigger, trigger);
    const { eventTrigger } = difference({ trigger: triggers[5] }, fresh).body;
    assert.deepEqual(eventTrigger?.eventFilters?.[1], { attribute: 'document', value: 'users/{id}', operator: 'match-path-pattern' });
  });

  it('keeps the account of a trigger that changes', () => {
    const raw = { name, eventTrigger: { eventType: 'google.cloud.pubsub.topic.v1.messagePublished', pubsubTopic: 'projects/my-project/topics/a', serviceAccountEmail: 'x@y', trigger: 'made' } };
    assert.deepEqual(difference({ trigger: { kind: 'pubsub', topic: 'projects/my-project/topics/a' } }, raw).mask, []);
    assert.deepEqual(difference({ trigger: { kind: 'pubsub', topic: 'b' } }, raw), {
      body: { eventTrigger: { serviceAccountEmail: 'x@y', eventType: 'google.cloud.pubsub.topic.v1.messagePublished', pubsubTopic: 'projects/my-project/topics/b' } },
      mask: ['event_trigger'],
    });
  });

  it('knows when HTTP would become events', () => {
    const events = { name, eventTrigger: { eventType: 'x' } };
    assert.equal(turnsTrigger({ trigger: { kind: 'pubsub', topic: 't' } }, fresh), true);
    assert.equal(turnsTrigger({ trigger: { kind: 'http' } }, events), true);
    assert.equal(turnsTrigger({ trigger: { kind: 'http' } }, fresh), false);
    assert.equal(turnsTrigger({}, events), false);
  });

  /** What a plan says of a deployed function, beside what a deploy would send. */
  function both(settings: FunctionSettings, raw: Parameters<typeof difference>[1]): [string[], number] {
    const deployed = { ref, codeHash: 'h', ...fromFunction(raw) };
    const plan = planDeploy(deployed, { ref, settings, package: { bytes: new Uint8Array(), hash: 'h', files: [] } }, { asKept, alsoChanges });
    return [[...plan.settingChanges.map((change) => change.name), ...plan.alsoChanges], difference(settings, raw).mask.length];
  }

  it('are up to date for a plan when a deploy would send nothing', () => {
    const nothing = [[], 0];
    assert.deepEqual(both({ minInstances: 0 }, fresh), nothing);
    const secrets = { serviceConfig: { secretEnvironmentVariables: [{ key: 'KEY', projectId: 'my-project', secret: 'key', version: 'latest' }] } };
    assert.deepEqual(both({ secrets: { KEY: 'projects/my-project/secrets/key/versions/latest' } }, { name, ...secrets }), nothing);
    const events = apply({ trigger: { kind: 'pubsub', topic: 'orders' } });
    const trigger = { kind: 'pubsub', topic: 'projects/my-project/topics/orders', location: 'europe-west1' };
    assert.deepEqual(both({ trigger }, events), nothing);
    assert.deepEqual(both({ trigger, access: 'public' }, events), nothing);
    assert.deepEqual(both({ access: 'private' }, fresh), nothing);
    assert.deepEqual(both({ environment: { LOG_EXECUTION_ID: 'true', A: '1' } }, apply({ environment: { LOG_EXECUTION_ID: 'true', A: '1' } })), nothing);
    assert.deepEqual(both({ trigger: { ...trigger, topic: 'projects/other/topics/orders' } }, events)[1], 1);
  });

  it("come to rest when Google's own variable was another", () => {
    const off = { name, serviceConfig: { environmentVariables: { LOG_EXECUTION_ID: 'false' } } };
    const wanted: readonly Readonly<Record<string, string>>[] = [{ A: '1' }, { LOG_EXECUTION_ID: 'true' }, { LOG_EXECUTION_ID: 'false', A: '1' }];
    for (const environment of wanted) {
      assert.deepEqual(both({ environment }, off)[1], 1);
      assert.deepEqual(both({ environment }, apply({ environment }, off)), [[], 0]);
    }
  });

  it('tell a Python file that changes, to the plan too', () => {
    const raw = (source?: string, runtime = 'python313'): Parameters<typeof difference>[1] => ({ name, buildConfig: { runtime, entryPoint: 'f', ...(source && { environmentVariables: { GOOGLE_FUNCTION_SOURCE: source } }) } });
    const rows: readonly (readonly [string, string | undefined, boolean])[] = [
      ['app.f', undefined, true], ['main.f', undefined, false], ['f', undefined, false], ['main.f', 'app.py', true], ['f', 'app.py', false],
      ['app.f', './app.py', false], ['src.app.f', 'src/app.py', false], ['src/app.f', 'src/app.py', false], ['app.g', 'app.py', true], ['main.f', 'main.py', false],
    ];
    for (const [handler, source, changes] of rows) assert.deepEqual(both({ handler }, raw(source)), changes ? [['handler'], 1] : [[], 0], `${handler} ${source}`);
    assert.equal(fromFunction(raw('src/app.py')).handler, 'src.app.f');
    assert.deepEqual(both({ handler: 'index.f' }, raw('app.py', 'nodejs22')), [[], 0]);
  });

  it('let nobody but events call a function with such a trigger', () => {
    const settings: FunctionSettings = { access: 'public', trigger: { kind: 'pubsub', topic: 't' } };
    const plan = planDeploy(undefined, { ref, settings, package: { bytes: new Uint8Array(), hash: 'h', files: [] } }, { asKept });
    assert.deepEqual([plan.opens, plan.settingChanges.map((change) => change.name)], [false, ['trigger']]);
  });

  it('shows settings as Google would keep them', () => {
    const wanted: FunctionSettings = {
      runtime: 'nodejs22', handler: 'src/index.api', architecture: 'arm64', signature: 'functions-framework/http', memoryMb: 128,
      secrets: { A: 'a:latest', B: 'b:3' }, trigger: { kind: 'storage', bucket: 'gs://photos/', retry: 'false' },
    };
    assert.deepEqual(asKept(wanted, ref, undefined), { runtime: 'nodejs22.x', handler: 'api', memoryMb: 128, secrets: { A: 'a', B: 'b:3' }, trigger: { kind: 'storage', bucket: 'photos', event: 'finalized' } });
  });

  it('comes to rest: what was written needs no second change', () => {
    const setting = fc.record<FunctionSettings>({
      runtime: fc.constantFrom('python3.13', 'nodejs22.x', 'go125'), handler: fc.constantFrom('main.handler', 'src/index.api', 'a.b.c'), memoryMb: fc.integer({ min: 128, max: 32768 }),
      timeoutSeconds: fc.integer({ min: 1, max: 3600 }), environment: fc.dictionary(fc.stringMatching(/^[A-Z_]{1,8}$/), fc.string()), description: fc.string(), cpu: fc.constantFrom(0.1666, 0.5, 1, 2, 8),
      concurrency: fc.integer({ min: 1, max: 1000 }), minInstances: fc.integer({ min: 0, max: 10 }), maxInstances: fc.integer({ min: 0, max: 100 }),
      secrets: fc.dictionary(fc.stringMatching(/^[A-Z_]{1,8}$/), fc.constantFrom('a', 'a:1', 'a:latest', 'projects/p/secrets/s', 'projects/my-project/secrets/s/versions/4')),
    }, { requiredKeys: [] });
    fc.assert(fc.property(setting, setting, (first, second) => {
      const once = apply(first);
      assert.deepEqual(difference(first, once).mask, []);
      const twice = apply(second, once);
      assert.deepEqual(difference(second, twice).mask, []);
    }), { seed: 7, numRuns: 300 });
  });

  it('takes members of a wrong type for missing', () => {
    const odd = { name, description: 7, buildConfig: { runtime: {}, entryPoint: null }, serviceConfig: { timeoutSeconds: 'x', environmentVariables: [1], secretEnvironmentVariables: 'no', availableMemory: 3 } };
    const settings = fromFunction(odd as never);
    assert.deepEqual(Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)), { minInstances: 0, environment: {}, secrets: {}, trigger: { kind: 'http' } });
    const none = { name, buildConfig: null, serviceConfig: null, eventTrigger: { eventType: '', eventFilters: [null] } };
    assert.deepEqual(fromFunction(none as never).trigger, { kind: 'http' });
    assert.equal(turnsTrigger({ trigger: { kind: 'pubsub', topic: 't' } }, none as never), true);
    assert.equal(turnsTrigger({ trigger: { kind: 'http' } }, { name, eventTrigger: null } as never), false);
    const rows = [null, 7, { key: 'A', secret: 'a' }];
    assert.deepEqual(fromFunction({ name, serviceConfig: { secretEnvironmentVariables: rows } } as never).secrets, { A: 'a' });
    const storage = { eventType: 'google.cloud.storage.object.v1.finalized', eventFilters: [null, { attribute: 'bucket', value: 'b' }] };
    assert.equal(fromFunction({ name, eventTrigger: storage } as never).trigger?.['bucket'], 'b');
  });
});
