import assert from 'node:assert/strict';
import type { FunctionProvider, Template, TemplateLanguage } from '../../src/core/provider';
import { firstTargets, languageKey, listLanguages, listTemplates, runnableTemplates } from '../../src/core/scaffolding/templateList';

const language = (id: TemplateLanguage['id'], runtime: string, signature?: string): TemplateLanguage => ({ ...{ id, label: id, runtime, handler: 'a.b', entry: 'a', signature }, files: async () => ({}) });
const template = (id: string, label: string, ...languages: TemplateLanguage[]): Template => ({ ...{ id, label, description: '', icon: 'zap', languages }, event: async () => '{}' });

function provider(id: string, remote: boolean, canDeploy: boolean, ...templates: Template[]): FunctionProvider {
  const deploy: FunctionProvider['deploy'] = async ({ ref }) => ({ ref });
  return { id, label: id, remote, templates, scopes: async () => [], async *list() {}, ...(canDeploy ? { deploy } : {}) };
}

describe('templateList', () => {
  const plain = template('plain', 'Plain', language('python', 'python3.13'), language('python', 'python3.12'));
  const other = template('plain', 'Other', language('javascript', 'nodejs22.x'));
  const queue = template('queue', 'Queue', language('python', 'python3.13'), language('typescript', 'nodejs22.x'));
  const request = template('request', 'Request', language('python', 'python3.13', 'framework/http'));
  const near = provider('near', false, true, plain);
  const far = provider('far', true, true, other, queue);
  const further = { ...provider('further', true, true, request), signatures: ['framework/http'] };
  const reader = provider('reader', false, false, plain);

  it('has each template once, of the first provider that has it', () => {
    const labels = (...providers: FunctionProvider[]): string[] => listTemplates(providers).map(({ template: { label } }) => label);
    assert.deepEqual(labels(near, far), ['Plain', 'Queue']);
    assert.deepEqual(labels(far, near), ['Other', 'Queue']);
    assert.deepEqual(labels(), []);
  });

  it('says where each is for, which is this machine only when nothing else is', () => {
    const homes = (...providers: FunctionProvider[]): string[] => listTemplates(providers).map(({ template: { id }, home }) => `${id}: ${home}`);
    assert.deepEqual(homes(near, far, further), ['plain: far', 'queue: far', 'request: further']);
    assert.deepEqual(homes(near, further, far), ['plain: far', 'queue: far', 'request: further']);
    assert.deepEqual(homes(near), ['plain: near']);
    assert.deepEqual(homes(far, provider('twin', true, true, queue)), ['plain: far', 'queue: far, twin']);
  });

  it('has for a provider what it runs, its own first', () => {
    const ids = (of: FunctionProvider): string[] => runnableTemplates([near, far, further], of).map(({ label }) => label);
    assert.deepEqual(ids(near), ['Plain', 'Queue']);
    assert.deepEqual(ids(far), ['Other', 'Queue']);
    assert.deepEqual(ids(further), ['Request']);
    assert.deepEqual(ids({ ...near, signatures: ['lambda', 'framework/http'] }), ['Plain', 'Queue', 'Request']);
  });

  it('has each language and runtime once', () => {
    assert.deepEqual(listLanguages([plain, queue]).map(languageKey), ['python python3.13', 'python python3.12', 'typescript nodejs22.x']);
  });

  it('aims a new function at what runs it on this machine', () => {
    const both = { ...near, signatures: ['lambda', 'framework/http'] };
    const [usual, framed] = [language('python', 'python3.13'), language('python', 'python3.13', 'framework/http')];
    assert.deepEqual(firstTargets([near, far, further, reader], usual), { near: { provider: 'near' } });
    assert.deepEqual(firstTargets([near, far, further, reader], framed), {});
    assert.deepEqual(firstTargets([both, far, further, reader], framed), { near: { provider: 'near' } });
  });
});
