import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { ProviderError } from '../../src/core/errors';
import type { Choice, FunctionProvider, FunctionSettings, Question } from '../../src/core/provider';
import { commandIds } from '../../src/ui/ids';
import { MemoryProvider } from '../fakes/memory';
import { deck, inWorkspace, options, ownLog, read, unanswered, until, write } from './world';

const memory = new MemoryProvider();
/** Where and with which settings each question was asked, and how often else the provider was asked something. */
const asked: (FunctionSettings & { readonly scope: string })[] = [];
const calls = { trigger: 0, places: 0, plan: 0 };

function toTrigger(topic: string | undefined): FunctionSettings {
  calls.trigger += 1;
  return { trigger: { kind: 'topic', topic: topic || 'orders' } };
}

const topic: Choice = { label: 'A topic', fields: [{ name: 'topic', prompt: 'Topic', example: 'orders', pattern: /^/ }], answer: async (typed) => toTrigger(typed['topic']) };
const choice = (label: string, answer: FunctionSettings): Choice => ({ label, answer: async () => answer });
const refuse = async (): Promise<never> => {
  throw new ProviderError('denied', 'You may not list topics; ask for it.');
};
const fail = async (): Promise<never> => {
  throw new ProviderError('invalid', 'The build failed; see its log.', { lines: ['step 3', '\u001b[31mno such module'], page: 'https://example.com/log' });
};
const questions: readonly Question[] = [
  { setting: 'trigger', title: 'What calls it?', placeholder: 'Trigger', choices: [topic, choice('HTTP', { trigger: { kind: 'http' } })], more: refuse },
  { setting: 'access', title: 'Who may?', placeholder: 'Access', choices: [choice('Some', { access: 'private' }), choice('All', { access: 'public' })] },
];

const cloud: FunctionProvider = {
  id: 'cloud',
  label: 'Cloud',
  remote: true,
  templates: [],
  settings: ['runtime', 'handler', 'trigger', 'access'],
  nextQuestion: ({ scope }, settings) => {
    asked.push({ ...settings, scope });
    return questions.find(({ setting }) => settings[setting] === undefined);
  },
  alsoChanges: () => [`A plan was shown ${(calls.plan += 1)} times.`],
  scopes: async () => [{ id: 'project', label: 'Project', prefix: 'project/' }],
  places: {
    list: async (scope) => {
      calls.places += 1;
      return ['one', 'two'].map((place) => ({ id: `${scope}/${place}`, label: place }));
    },
  },
  list: (scope, given) => memory.list(scope, given),
  deploy: (request, given) => (request.settings.trigger?.kind === 'http' ? fail() : memory.deploy(request, given)),
  config: memory.config,
};

describe('a function that is new to a provider', () => {
  const file = inWorkspace('asked', 'deck.json');
  const folder = vscode.Uri.file(inWorkspace('asked'));
  const ref = { provider: 'cloud', scope: 'project/one', name: 'asked' };
  const manifest = '{\n  "name": "asked", "runtime": "nodejs22.x", "handler": "index.handler", "cpu": 2,\n  "targets": {\n    // mine\n    "dev": { "provider": "cloud", "scope": "project/one" }\n  }\n}\n';
  let registration: { dispose(): void };

  before(async () => {
    await write(inWorkspace('asked', 'index.mjs'), 'export const handler = async () => 1;\n');
    await write(file, manifest);
    registration = (await deck()).registerProvider(cloud);
  });
  after(async () => {
    registration.dispose();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.workspace.fs.delete(folder, { recursive: true });
  });

  it('is not made when nobody answers, and nothing is written', async () => {
    await unanswered(commandIds.deploy, folder);
    assert.deepEqual([asked.length, calls.trigger, calls.plan], [1, 0, 0]);
    assert.deepEqual([await memory.config.read(ref, options()), await read(file)], [undefined, manifest]);
  });

  it('is asked about, with a way back; its plan is shown; the answers are kept in the manifest', async () => {
    const done = vscode.commands.executeCommand(commandIds.deploy, folder);
    await until('the first question', () => asked.length === 2);
    await until('its answer', () => enter(() => calls.trigger === 1));
    await until('the first question again', () => press('workbench.action.quickInputBack', () => asked.length === 4));
    await until('another answer', () => enter(() => calls.trigger === 2));
    await until('the plan', () => enter(() => calls.plan === 1));
    const deployed = await until('the function', () => enter(() => memory.config.read(ref, options())));
    await done;
    assert.deepEqual([deployed.trigger, deployed.access, deployed.cpu], [{ kind: 'topic', topic: 'orders' }, 'private', undefined]);
    assert.deepEqual(asked.map(({ trigger, access }) => [trigger?.kind, access]).slice(1), [[undefined, undefined], ['topic', undefined], [undefined, undefined], ['topic', undefined], ['topic', 'private']]);
    assert.equal(await read(file), manifest.replace('"project/one" }', '"project/one", "trigger": { "kind": "topic", "topic": "orders" }, "access": "private" }'));
  });

  it('is up to date afterwards, and nobody is asked again', async () => {
    const before = asked.length;
    await vscode.commands.executeCommand(commandIds.deploy, folder);
    assert.deepEqual([asked.length, calls.plan], [before, 1]);
  });

  it('gets a place within the scope', async () => {
    await write(file, '{ "name": "placed", "runtime": "nodejs22.x", "handler": "index.handler" }\n');
    const before = asked.length;
    await unansweredAfter(commandIds.deploy, folder, async () => {
      // The provider that came last is the last of the list.
      await until('the places', () => press('workbench.action.quickOpenSelectPrevious', () => calls.places > 0, true));
      await until('the first question', () => enter(() => asked.length > before));
    });
    assert.equal(asked.at(-1)?.scope, 'project/one');
    assert.doesNotMatch(await read(file), /targets/);
  });

  describe('when deploys do not ask', () => {
    const settings = vscode.workspace.getConfiguration('functionDeck');
    const settle = async (kind: string, access: string): Promise<void> => {
      const target = { provider: 'cloud', scope: 'project/one', trigger: { kind }, access };
      await write(file, JSON.stringify({ name: 'open', runtime: 'nodejs22.x', handler: 'index.handler', targets: { dev: target } }));
      await unanswered(commandIds.deploy, folder);
    };

    before(() => settings.update('deploy.confirm', 'never', vscode.ConfigurationTarget.Global));
    after(() => settings.update('deploy.confirm', undefined, vscode.ConfigurationTarget.Global));

    it('is opened to everyone only when the user says yes all the same', async () => {
      await settle('topic', 'public');
      assert.equal(await memory.config.read({ ...ref, name: 'open' }, options()), undefined);
      await settle('topic', 'private');
      assert.equal((await memory.config.read({ ...ref, name: 'open' }, options()))?.access, 'private');
    });

    it('leaves what the provider said of a failure in the log', async () => {
      await settle('http', 'private');
      await until('the lines', async () => (await ownLog()).includes('\n  step 3\n  no such module'));
    });
  });

  it('is not packaged for a provider that calls handlers in another way', async () => {
    const text = '{ "name": "asked", "runtime": "nodejs22.x", "handler": "index.handler",\n"signature": "other/way", "targets": { "dev": { "provider": "cloud", "scope": "project/one" } } }\n';
    await write(file, text);
    await unanswered(commandIds.deploy, folder);
    await until('the sentence', async () => (await ownLog()).includes('Cloud does not call handlers in the way "other/way" that asked is written for; '));
  });
});

/** Takes what is on view, unless the effect is there already: the editor does not tell when a question is on view. */
function enter<T>(look: () => T | Promise<T>): Promise<T> {
  return press('workbench.action.acceptSelectedQuickOpenItem', look);
}

async function press<T>(command: string, look: () => T | Promise<T>, thenEnter = false): Promise<T> {
  const early = await look();
  if (early) return early;
  await vscode.commands.executeCommand(command);
  if (thenEnter) await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
  await sleep(400);
  return look();
}

/** Runs a command, does something meanwhile, and leaves every question that comes after it unanswered. */
async function unansweredAfter(command: string, argument: unknown, meanwhile: () => Promise<void>): Promise<void> {
  let isDone = false;
  const done = Promise.resolve(vscode.commands.executeCommand(command, argument)).finally(() => (isDone = true));
  await meanwhile();
  while (!isDone) {
    await Promise.race([done, sleep(100)]);
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
  }
}
