import * as path from 'node:path';
import * as vscode from 'vscode';
import { formatBytes } from '../../core/bytes';
import { type DeployPlan, planDeploy } from '../../core/deployPlan';
import { manifestFile, type SourceFolder } from '../../core/manifest';
import type { DeploymentPackage, FunctionProvider, FunctionSettings } from '../../core/provider';
import type { Deck } from '../deck';
import { confirmDeploy, headline } from '../deploy/confirm';
import { chooseRole } from '../deploy/role';
import { resolveEnvironment } from '../deploy/secrets';
import { chooseSource } from '../deploy/source';
import { type ChosenTarget, chooseTarget, rememberTarget } from '../deploy/target';
import { commandIds } from '../ids';
import type { Command } from '../run';
import { type Progress, withProgress } from '../progress';
import { findTools, requireTrust } from '../tools';

type Needs = Pick<Deck, 'service' | 'sources' | 'memory' | 'log' | 'dist' | 'cache' | 'secrets' | 'problems'>;

/** Everything that a deploy has decided before it changes anything. */
interface Prepared {
  readonly source: SourceFolder;
  readonly chosen: ChosenTarget;
  readonly provider: FunctionProvider;
  readonly settings: FunctionSettings;
  readonly code: DeploymentPackage;
  readonly plan: DeployPlan;
}

/** Deploys a source folder: choose, package, show the plan, upload, wait until it serves. `ask`: where to, in any case. */
export function deploy(deck: Needs, ask = false): Command {
  return async (arg) => {
    requireTrust();
    await save((file) => path.basename(file) === manifestFile);
    const source = await chooseSource(deck, arg);
    const chosen = source && (await chooseTarget(deck, source, arg, ask));
    if (source) await save((file) => file.startsWith(source.path + path.sep));
    const environment = chosen && (await resolveEnvironment(source.manifest.environment, deck.secrets));
    if (!environment) return;
    const title = vscode.l10n.t('Packaging {0}', chosen.ref.name);
    const prepared = await withProgress(title, (progress) => prepare(deck, source, chosen, environment, progress));
    if (prepared.plan.action === 'nothing') return sayUpToDate(prepared);
    if (!(await confirmDeploy(prepared.plan, chosen, prepared.provider))) return;
    const role = prepared.plan.action === 'create' ? await chooseRole(prepared.provider, chosen) : chosen.target.role ?? '';
    if (role === undefined) return;
    await rememberTarget(deck, source, chosen, role);
    await upload(deck, prepared, role);
  };
}

/** Saves what the deploy will read; other files may stay as they are. */
async function save(isWanted: (file: string) => boolean): Promise<void> {
  const unsaved = vscode.workspace.textDocuments.filter(({ isDirty, uri }) => isDirty && isWanted(uri.fsPath));
  await Promise.all(unsaved.map((document) => document.save()));
}

async function prepare(deck: Needs, source: SourceFolder, chosen: ChosenTarget, environment: Record<string, string>, progress: Progress): Promise<Prepared> {
  const provider = deck.service.able(chosen.ref.provider, 'deploy');
  const { packageFolder } = await import('../../core/package');
  const tools = await findTools(deck.dist);
  const platform = provider.remote ? 'linux' : 'host';
  const { path: folder, manifest } = source;
  const provided = provider.runtimeModules?.(manifest.runtime ?? '');
  const request = { folder, manifest, platform, cache: deck.cache, tools, provided } as const;
  const [code, deployed] = await Promise.all([packageFolder(request, progress), deck.service.describe(chosen.ref, progress)]);
  const settings = toSettings(source, chosen, environment);
  return { source, chosen, provider, settings, code, plan: planDeploy(deployed, settings, code) };
}

function toSettings({ manifest }: SourceFolder, { target }: ChosenTarget, environment: Record<string, string>): FunctionSettings {
  const { runtime, handler, description, architecture } = manifest;
  return {
    runtime,
    handler,
    description,
    architecture,
    memoryMb: manifest.memory,
    timeoutSeconds: manifest.timeout,
    // A manifest that says nothing about the environment leaves the deployed one alone.
    environment: manifest.environment && environment,
    role: target.role,
  };
}

async function upload(deck: Needs, prepared: Prepared, role: string): Promise<void> {
  const { chosen, provider, plan, code } = prepared;
  const title = headline(plan, chosen, provider);
  const settings = role ? { ...prepared.settings, role } : prepared.settings;
  const started = Date.now();
  deck.log.info(`${title}: ${code.bytes.length} bytes, ${code.files.length} files, sha256 ${code.hash}`);
  await withProgress(title, (progress) => deck.service.deploy({ ref: chosen.ref, settings, package: code }, progress));
  deck.problems.clear(chosen.ref);
  deck.log.info(`${title}: done in ${Date.now() - started} ms`);
  void offerNext(prepared, Date.now() - started);
}

async function offerNext({ chosen, provider, plan }: Prepared, milliseconds: number): Promise<void> {
  const invoke = vscode.l10n.t('Invoke');
  const tail = vscode.l10n.t('Tail Log');
  const facts = `${formatBytes(plan.bytes)}, ${(milliseconds / 1000).toFixed(1)} s`;
  const text = vscode.l10n.t('{0} is deployed to {1} ({2}).', chosen.ref.name, provider.label, facts);
  const choice = await vscode.window.showInformationMessage(text, invoke, tail);
  if (choice === invoke) await vscode.commands.executeCommand(commandIds.invoke, chosen.ref);
  if (choice === tail) await vscode.commands.executeCommand(commandIds.tail, chosen.ref);
}

function sayUpToDate({ chosen, provider }: Prepared): void {
  const text = vscode.l10n.t('$(check) {0} is up to date on {1}; nothing was uploaded', chosen.ref.name, provider.label);
  vscode.window.setStatusBarMessage(text, 8000);
}
