import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import * as path from 'node:path';
import { commandIds, contextKeys, debugTypes, languageIds, viewIds } from '../../src/ui/ids';

interface Contributes {
  readonly commands: readonly { readonly command: string; readonly title: string }[];
  readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when?: string }[]>>;
  readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
  readonly debuggers: readonly { readonly type: string }[];
  readonly languages: readonly { readonly id: string }[];
  readonly configuration: { readonly properties: Readonly<Record<string, { readonly scope?: string }>> };
}

const root = path.resolve(__dirname, '../..');
const text = readFileSync(path.join(root, 'package.json'), 'utf8');
const manifest = JSON.parse(text) as {
  readonly contributes: Contributes;
  readonly activationEvents?: readonly string[];
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
};
const { commands, menus, views, languages, debuggers, configuration } = manifest.contributes;
const sorted = (items: Iterable<string>): string[] => [...new Set(items)].sort();

describe('package.json against the code', () => {
  it('contributes exactly the commands of ids.ts', () => {
    assert.deepEqual(sorted(commands.map(({ command }) => command)), sorted(Object.values(commandIds)));
  });

  it('puts only known commands into menus', () => {
    const used = Object.values(menus).flatMap((items) => items.map(({ command }) => command));
    assert.deepEqual(used.filter((id) => !(Object.values(commandIds) as string[]).includes(id)), []);
  });

  it('contributes exactly the views and languages of ids.ts', () => {
    assert.deepEqual(sorted(Object.values(views).flatMap((list) => list.map(({ id }) => id))), sorted(Object.values(viewIds)));
    assert.deepEqual(sorted(languages.map(({ id }) => id)), sorted(Object.values(languageIds)));
  });

  it('uses only known context keys, commands and views in when clauses', () => {
    const known = new Set<string>([...Object.values(contextKeys), ...Object.values(commandIds), ...Object.values(viewIds)]);
    const clauses = Object.values(menus).flatMap((items) => items.map(({ when }) => when ?? ''));
    const used = clauses.flatMap((clause) => clause.match(/functionDeck\.[A-Za-z]+/g) ?? []);
    assert.deepEqual(used.filter((name) => !known.has(name)), []);
  });

  it('is woken by nothing that its views and commands do not wake, but for its debug type', () => {
    assert.ok(manifest.activationEvents?.every((event) => /^onDebug\w+:function-deck$/.test(event)), String(manifest.activationEvents));
    assert.deepEqual(sorted(debuggers.map(({ type }) => type)), sorted(Object.values(debugTypes)));
  });

  it('restricts every setting that an untrusted folder must not bring', () => {
    const machine = Object.entries(configuration.properties).filter(([, { scope }]) => scope === 'machine');
    assert.deepEqual(sorted(machine.map(([key]) => key)), sorted(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations));
  });

  it('reads only settings that are contributed', () => {
    const used = sources(path.join(root, 'src')).flatMap((source) => [...source.matchAll(/\bsetting(?:<[^>]+>)?\('([\w.]+)'\)/g)].map(([, key]) => `functionDeck.${key}`));
    assert.ok(used.length > 0);
    assert.deepEqual(used.filter((key) => !(key in configuration.properties)), []);
  });

  it('has a text for every key and a key for every text', () => {
    const texts = Object.keys(JSON.parse(readFileSync(path.join(root, 'package.nls.json'), 'utf8')) as object);
    assert.deepEqual(sorted([...text.matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key ?? '')), sorted(texts));
  });
});

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(path.join(folder, file), 'utf8'));
}
