import * as path from 'node:path';
import * as vscode from 'vscode';
import { InputError } from '../core/errors';
import { type Capability, type FunctionRef, refKey, supports } from '../core/provider';
import type { Deck } from './deck';

/** The function that a command was called with: a reference, or anything that carries one as `ref`; checked, since anyone may call. */
export function toRef(arg: unknown): FunctionRef | undefined {
  const given = member(arg, 'ref') ?? arg;
  if (typeof given !== 'object' || given === null) return undefined;
  const { provider, scope, name, qualifier } = given as Partial<Record<keyof FunctionRef, unknown>>;
  if (typeof provider !== 'string' || typeof scope !== 'string' || typeof name !== 'string') return undefined;
  return typeof qualifier === 'string' ? { provider, scope, name, qualifier } : { provider, scope, name };
}

/** The file or folder that a command was called with, from the explorer, an editor's title, or a row that carries a path. */
export function toPath(arg: unknown): string | undefined {
  const given = member(arg, 'source') ?? arg;
  if (given instanceof vscode.Uri) return given.scheme === 'file' || given.scheme === 'vscode-remote' ? given.fsPath : undefined;
  const file = member(given, 'path');
  return typeof file === 'string' && path.isAbsolute(file) ? file : undefined;
}

function member(arg: unknown, key: string): unknown {
  return typeof arg === 'object' && arg !== null && key in arg ? (arg as Record<string, unknown>)[key] : undefined;
}

type Needs = Pick<Deck, 'service' | 'sources' | 'view'>;

/**
 * The argument's function, else the one that the user picks; `undefined` when nothing was picked. Throws `InputError` when
 * that function is known not to be able to do it.
 */
export async function chooseFunction(deck: Needs, arg: unknown, capability: Capability, placeHolder: string): Promise<FunctionRef | undefined> {
  const ref = await choose(deck, arg, capability, placeHolder);
  if (ref) requireAble(deck, ref, capability);
  return ref;
}

/** Throws `InputError` with what to do about it when a function is known not to be able to do something that its provider can. */
export function requireAble(deck: Pick<Deck, 'view'>, ref: FunctionRef, capability: Capability): void {
  const known = deck.view.find(ref);
  if (!known?.cannot?.includes(capability)) return;
  throw new InputError(known.hint ?? vscode.l10n.t('{0} cannot do this; choose another function.', ref.name));
}

async function choose(deck: Needs, arg: unknown, capability: Capability, placeHolder: string): Promise<FunctionRef | undefined> {
  const given = toRef(arg);
  if (given) return given;
  const known = await deployedFromHere(deck, capability);
  if (known.length === 0) {
    throw new InputError(vscode.l10n.t('No source folder of this workspace has a target for this; right-click a function in the Function Deck view instead.'));
  }
  if (known.length === 1) return known[0];
  const items = known.map((ref) => ({ label: ref.name, description: place(deck, ref), ref }));
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.ref;
}

/** Where a function is, as the user reads it. */
export function place(deck: Pick<Deck, 'service'>, ref: FunctionRef): string {
  const provider = deck.service.providers.find(({ id }) => id === ref.provider);
  const label = provider?.label ?? ref.provider;
  return provider?.remote ? `${label} ${ref.scope}` : label;
}

async function deployedFromHere(deck: Pick<Deck, 'service' | 'sources'>, capability: Capability): Promise<FunctionRef[]> {
  await deck.sources.ready();
  const refs = deck.sources.all().flatMap((source) => deck.sources.refs(source));
  const able = refs.filter(({ provider }) => deck.service.providers.some((p) => p.id === provider && supports(p, capability)));
  return [...new Map(able.map((ref) => [refKey(ref), ref])).values()];
}
