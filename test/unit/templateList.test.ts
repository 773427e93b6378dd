import assert from 'node:assert/strict';
import type { FunctionProvider, Template, TemplateLanguage } from '../../src/core/provider';
import { firstTargets, languageKey, listLanguages, listTemplates } from '../../src/core/scaffolding/templateList';

const language = (id: TemplateLanguage['id'], runtime: string): TemplateLanguage => ({ ...{ id, label: id, runtime, handler: 'a.b', entry: 'a' }, files: async () => ({}) });
const template = (id: string, label: string, ...languages: TemplateLanguage[]): Template => ({ ...{ id, label, description: '', icon: 'zap', languages }, event: async () => '{}' });

function provider(id: string, remote: boolean, canDeploy: boolean, ...templates: Template[]): FunctionProvider {
  const deploy: FunctionProvider['deploy'] = async ({ ref }) => ({ ref });
  return { id, label: id, remote, templates, scopes: async () => [], async *list() {}, ...(canDeploy ? { deploy } : {}) };
}

describe('templateList', () => {
  const plain = template('plain', 'Plain', language('python', 'python3.13'), language('python', 'python3.12'));
  const other = template('plain', 'Other', language('javascript', 'nodejs22.x'));
  const queue = template('queue', 'Queue', language('python', 'python3.13'), language('typescript', 'nodejs22.x'));
  const near = provider('near', false, true, plain);
  const far = provider('far', true, true, other, queue);
  const reader = provider('reader', false, false, plain);

  it('has each template once, of the first provider that has it', () => {
    assert.deepEqual(listTemplates([near, far]).map(({ label }) => label), ['Plain', 'Queue']);
    assert.deepEqual(listTemplates([far, near]).map(({ label }) => label), ['Other', 'Queue']);
    assert.deepEqual(listTemplates([]), []);
  });

  it('has each language and runtime once', () => {
    assert.deepEqual(listLanguages([plain, queue]).map(languageKey), ['python python3.13', 'python python3.12', 'typescript nodejs22.x']);
  });

  it('aims a new function at this machine alone', () => {
    assert.deepEqual(firstTargets([near, far, reader], plain), { near: { provider: 'near' } });
    assert.deepEqual(firstTargets([near, far, reader], queue), {});
  });
});
