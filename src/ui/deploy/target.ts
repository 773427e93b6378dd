import * as vscode from 'vscode';
import { scopeOf } from '../../core/tree/functionNodes';
import { existsManifest, type SourceFolder, type Target, writeTarget } from '../../core/manifest';
import { type Answer, type FunctionProvider, type FunctionRef, isIn, type Scope, supports } from '../../core/provider';
import { runsSignature } from '../../core/signature';
import { toRef as argRef } from '../args';
import type { Deck } from '../deck';
import { isSame, toRef } from '../sources';
import { toNode } from '../functions/nodes';
import { pickPlace, pickScope } from './place';

type Needs = Pick<Deck, 'service' | 'sources' | 'memory'>;

/** Where a source folder goes: the target, its name in the manifest (none when it is not to be written), and the function. */
export interface ChosenTarget {
  readonly key?: string;
  readonly target: Target;
  readonly ref: FunctionRef;
  /** Whether the manifest does not have it yet. */
  readonly isNew?: boolean;
}

/**
 * The target that the command names, the only one, or the one that the user picks; the last pick comes first. `ask`: lets the
 * user pick in any case.
 */
export async function chooseTarget(deck: Needs, source: SourceFolder, arg: unknown, ask = false): Promise<ChosenTarget | undefined> {
  const row = rowOf(deck, arg);
  const choices = targetsOf(source).filter(({ ref }) => !row || (ref.provider === row.provider.id && isIn(ref, row.scope)));
  const ref = argRef(arg);
  const named = ref && choices.find((choice) => isSame(choice.ref, ref));
  const given = ask ? undefined : (named ?? (choices.length === 1 ? choices[0] : undefined));
  const chosen = given ?? (row && choices.length === 0 ? await targetIn(deck, source, row) : await pickTarget(deck, source, choices));
  if (chosen?.key) await deck.memory.update(memoryKey(source), chosen.key);
  return chosen;
}

interface Row {
  readonly provider: FunctionProvider;
  readonly scope: Scope;
}

/** The scope whose row the command was called on. */
function rowOf(deck: Needs, arg: unknown): Row | undefined {
  const node = toNode(arg);
  const row = node && node.kind !== 'function' ? scopeOf(node) : undefined;
  return row && { provider: deck.service.provider(row.parent.provider), scope: row.scope };
}

/** Puts a new target, and what was answered for one, into the manifest, if there is one. */
export async function rememberTarget(deck: Needs, source: SourceFolder, { key, target, isNew }: ChosenTarget, answers: Answer): Promise<void> {
  if (!key || (!isNew && Object.keys(answers).length === 0) || !(await existsManifest(source.path))) return;
  await writeTarget(source.path, key, { ...target, ...answers });
  await deck.sources.refresh();
}

function targetsOf(source: SourceFolder): ChosenTarget[] {
  return Object.entries(source.manifest.targets ?? {}).map(([key, target]) => ({ key, target, ref: toRef(source, target) }));
}

const memoryKey = (source: SourceFolder): string => `target:${source.path}`;

async function pickTarget(deck: Needs, source: SourceFolder, choices: readonly ChosenTarget[]): Promise<ChosenTarget | undefined> {
  const last = deck.memory.get<string>(memoryKey(source));
  const sorted = [...choices].sort((a, b) => Number(b.key === last) - Number(a.key === last));
  const items = [
    ...sorted.map((choice) => ({ label: choice.key ?? '', description: describe(deck, choice), choice })),
    { label: vscode.l10n.t('$(add) Another place…'), description: '', choice: undefined },
  ];
  if (choices.length === 0) return newTarget(deck, source);
  const picked = await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Deploy {0} to', source.manifest.name) });
  return picked && (picked.choice ?? newTarget(deck, source));
}

function describe(deck: Needs, { target, ref }: ChosenTarget): string {
  const provider = deck.service.providers.find(({ id }) => id === target.provider)?.label ?? target.provider;
  const guard = target.protected ? vscode.l10n.t('protected') : '';
  return [provider, target.scope, ref.name, guard].filter(Boolean).join(' · ');
}

async function newTarget(deck: Needs, source: SourceFolder): Promise<ChosenTarget | undefined> {
  const provider = await pickProvider(deck, source);
  if (!provider) return undefined;
  const scope = await pickScope(deck, provider);
  return scope === undefined ? undefined : nameTarget(source, provider, scope);
}

async function targetIn(deck: Needs, source: SourceFolder, { provider, scope }: Row): Promise<ChosenTarget | undefined> {
  const place = await pickPlace(deck, provider, scope);
  return place === undefined ? undefined : nameTarget(source, provider, place);
}

async function nameTarget(source: SourceFolder, provider: FunctionProvider, scope: string): Promise<ChosenTarget | undefined> {
  const target: Target = { provider: provider.id, ...(scope === provider.id ? {} : { scope }) };
  const ref = toRef(source, target);
  if (!(await existsManifest(source.path))) return { target, ref };
  const taken = Object.keys(source.manifest.targets ?? {});
  const suggestion = [...(provider.remote ? ['dev', 'test', 'prod'] : [provider.id]), `${provider.id}-${taken.length + 1}`].find((name) => !taken.includes(name));
  const validateInput = (name: string): string | undefined => {
    if (taken.includes(name.trim())) return vscode.l10n.t('deck.json has a target "{0}" already; choose another name.', name.trim());
    return name.trim() ? undefined : vscode.l10n.t('A target needs a name.');
  };
  const prompt = vscode.l10n.t('Name of this target in deck.json');
  const key = await vscode.window.showInputBox({ title: vscode.l10n.t('Deploy {0} to {1}', source.manifest.name, scope), prompt, value: suggestion, validateInput });
  return key ? { key: key.trim(), target, ref, isNew: true } : undefined;
}

async function pickProvider(deck: Needs, { manifest }: SourceFolder): Promise<FunctionProvider | undefined> {
  const able = deck.service.providers.filter((provider) => supports(provider, 'deploy') && runsSignature(provider, manifest.signature));
  const items = able.map((provider) => ({ label: provider.label, provider }));
  return (await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Deploy to') }))?.provider;
}
