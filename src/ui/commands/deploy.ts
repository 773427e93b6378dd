import * as path from 'node:path';
import * as vscode from 'vscode';
import { formatBytes } from '../../core/bytes';
import { type DeployPlan, planDeploy } from '../../core/deployPlan';
import { manifestFile } from '../../core/manifest';
import type { DeployRequest, LinkRequest } from '../../core/provider';
import type { Deck } from '../deck';
import { confirmDeploy, headline } from '../deploy/confirm';
import { prepare, type Prepared } from '../deploy/prepare';
import { askQuestions } from '../deploy/questions';
import { resolveEnvironment } from '../deploy/secrets';
import { requireSignature } from '../deploy/signature';
import { chooseSource } from '../deploy/source';
import { chooseTarget, rememberTarget } from '../deploy/target';
import { commandIds } from '../ids';
import type { Command } from '../run';
import { withProgress } from '../progress';
import { requireTrust } from '../tools';

type Needs = Pick<Deck, 'service' | 'sources' | 'memory' | 'log' | 'dist' | 'cache' | 'secrets' | 'problems'>;

/** Deploys a source folder: choose, package, ask, show the plan, upload, wait until it serves. `ask`: where to, in any case. */
export function deploy(deck: Needs, ask = false): Command {
  return async (arg) => {
    requireTrust();
    const prepared = await choose(deck, arg, ask);
    if (prepared) await decide(deck, prepared);
  };
}

async function choose(deck: Needs, arg: unknown, ask: boolean): Promise<Prepared | undefined> {
  await save((file) => path.basename(file) === manifestFile);
  const source = await chooseSource(deck, arg);
  const chosen = source && (await chooseTarget(deck, source, arg, ask));
  if (source) await save((file) => file.startsWith(source.path + path.sep));
  if (!chosen) return undefined;
  await requireSignature(source, deck.service.able(chosen.ref.provider, 'deploy'), deck.service.providers);
  const environment = await resolveEnvironment(source.manifest.environment, deck.secrets);
  const title = vscode.l10n.t('Preparing {0}', chosen.ref.name);
  return environment && withProgress(title, (progress) => prepare(deck, source, chosen, environment, progress));
}

/** Saves what the deploy will read; other files may stay as they are. */
async function save(isWanted: (file: string) => boolean): Promise<void> {
  const unsaved = vscode.workspace.textDocuments.filter(({ isDirty, uri }) => isDirty && isWanted(uri.fsPath));
  await Promise.all(unsaved.map((document) => document.save()));
}

/** Nothing is written or made before the user has agreed to the whole plan. */
async function decide(deck: Needs, prepared: Prepared): Promise<void> {
  const { source, chosen, provider, code, deployed } = prepared;
  const asked = deployed ? undefined : await askQuestions(provider, chosen.ref, prepared.settings);
  const request = { ref: chosen.ref, settings: { ...prepared.settings, ...asked?.known }, ...code };
  const plan = planDeploy(deployed, request, provider);
  if (plan.action === 'nothing') return sayUpToDate(prepared);
  if (!(await confirmDeploy(plan, prepared))) return;
  const answers = (await asked?.settle()) ?? {};
  await rememberTarget(deck, source, chosen, answers);
  await upload(deck, prepared, { ...request, settings: { ...request.settings, ...answers } }, plan);
}

async function upload(deck: Needs, prepared: Prepared, request: DeployRequest | LinkRequest, plan: DeployPlan): Promise<void> {
  const { chosen, provider } = prepared;
  const title = headline(plan, chosen, provider);
  const started = Date.now();
  deck.log.info(`${title}: ${codeFacts(request)}`);
  await withProgress(title, (progress) => ('folder' in request ? deck.service.link(request, progress) : deck.service.deploy(request, progress)));
  deck.problems.clear(chosen.ref);
  deck.log.info(`${title}: done in ${Date.now() - started} ms`);
  void offerNext(prepared, plan, Date.now() - started);
}

function codeFacts(request: DeployRequest | LinkRequest): string {
  if ('folder' in request) return `runs from ${request.folder}`;
  const { bytes, files, hash } = request.package;
  return `${bytes.length} bytes, ${files.length} files, sha256 ${hash}`;
}

async function offerNext(prepared: Prepared, plan: DeployPlan, milliseconds: number): Promise<void> {
  const { chosen } = prepared;
  const invoke = vscode.l10n.t('Invoke');
  const tail = vscode.l10n.t('Tail Log');
  const choice = await vscode.window.showInformationMessage(doneText(prepared, plan, milliseconds), invoke, tail);
  if (choice === invoke) await vscode.commands.executeCommand(commandIds.invoke, chosen.ref);
  if (choice === tail) await vscode.commands.executeCommand(commandIds.tail, chosen.ref);
}

function doneText({ chosen, provider, obstacle }: Prepared, plan: DeployPlan, milliseconds: number): string {
  const { name } = chosen.ref;
  if (plan.folder !== undefined) return vscode.l10n.t('{0} runs live from its folder: what you save runs on the next call.', name);
  const facts = `${formatBytes(plan.bytes)}, ${(milliseconds / 1000).toFixed(1)} s`;
  const text = vscode.l10n.t('{0} is deployed to {1} ({2}).', name, provider.label, facts);
  return obstacle === undefined ? text : `${text} ${obstacle}`;
}

function sayUpToDate({ chosen, provider, code }: Prepared): void {
  const text = 'folder' in code
    ? vscode.l10n.t('$(check) {0} is up to date: it runs from its folder', chosen.ref.name)
    : vscode.l10n.t('$(check) {0} is up to date on {1}; nothing was uploaded', chosen.ref.name, provider.label);
  vscode.window.setStatusBarMessage(text, 8000);
}
