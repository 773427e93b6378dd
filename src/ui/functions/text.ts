import * as vscode from 'vscode';
import { agoIn } from '../../core/tree/ago';
import { type ErrorKind, isProviderError } from '../../core/errors';
import type { DetailNode, ErrorNode, StatusNode } from '../../core/tree/functionNodes';
import { made } from '../../core/made';
import { plainText } from '../../core/log/plainText';
import type { CloudFunction } from '../../core/provider';
import { sentence } from '../run';

const ago = agoIn(vscode.env.language);
const moment = made(() => new Intl.DateTimeFormat(vscode.env.language, { dateStyle: 'medium', timeStyle: 'medium' }));
const integer = made(() => new Intl.NumberFormat(vscode.env.language));
const decimal = made(() => new Intl.NumberFormat(vscode.env.language, { maximumFractionDigits: 1 }));

/** What stands beside a function's name: `us-east-1 · python3.13 · 128 MB · 3 min. ago`, with `live` before it. */
export function functionText(fn: CloudFunction, now: number): string {
  const memory = fn.memoryMb === undefined ? '' : `${fn.memoryMb} MB`;
  const changed = fn.updatedAt && ago(fn.updatedAt, now);
  return [fn.liveFrom ? vscode.l10n.t('live') : '', plainText(fn.place ?? ''), plainText(fn.runtime ?? ''), memory, changed].filter(Boolean).join(' · ');
}

export function statusText(node: StatusNode): string {
  const count = integer().format(node.count);
  switch (node.kind) {
    case 'loading':
      return node.count === 0 ? vscode.l10n.t('Loading…') : vscode.l10n.t('Loading… {0} so far', count);
    case 'more':
      return vscode.l10n.t('Load more');
    case 'unmatched':
      return vscode.l10n.t('None of the {0} functions matches the filter', count);
    default:
      return node.parent.kind === 'scope' ? vscode.l10n.t('No functions here yet') : vscode.l10n.t('No scope to look in');
  }
}

export function moreText(node: StatusNode): string {
  return vscode.l10n.t('{0} shown', integer().format(node.count));
}

export function errorText({ error }: ErrorNode): string {
  return plainText(sentence(error)).replace(/\s+/g, ' ');
}

/** The sentence without its cure, which has a row of its own. */
export function problemText(node: ErrorNode): string {
  const text = errorText(node);
  return isProviderError(node.error) ? (text.split('; ')[0] ?? text) : text;
}

/** What went wrong in two or three words, for rows that are too narrow for a sentence. */
export function troubleText({ error }: ErrorNode): string {
  const words: Readonly<Record<ErrorKind, string>> = {
    auth: vscode.l10n.t('Not signed in'),
    denied: vscode.l10n.t('Not allowed'),
    notFound: vscode.l10n.t('Not found'),
    invalid: vscode.l10n.t('Refused'),
    conflict: vscode.l10n.t('Changed meanwhile'),
    throttled: vscode.l10n.t('Too many requests'),
    network: vscode.l10n.t('No connection'),
    unsupported: vscode.l10n.t('Not possible'),
    unknown: vscode.l10n.t('Failed'),
  };
  return words[isProviderError(error) ? error.kind : 'unknown'];
}

export function stateText(state: NonNullable<CloudFunction['state']>): string {
  const words = {
    active: vscode.l10n.t('active'),
    pending: vscode.l10n.t('pending'),
    failed: vscode.l10n.t('failed'),
    inactive: vscode.l10n.t('inactive'),
  };
  return words[state];
}

export function detailLabel({ name, value }: DetailNode): string {
  const labels: Readonly<Record<DetailNode['name'], string>> = {
    state: vscode.l10n.t('State'),
    hint: plainText(String(value)),
    liveFrom: vscode.l10n.t('Runs live from'),
    place: vscode.l10n.t('Location'),
    trigger: vscode.l10n.t('Trigger'),
    access: vscode.l10n.t('Who may call it'),
    runtime: vscode.l10n.t('Runtime'),
    handler: vscode.l10n.t('Handler'),
    memory: vscode.l10n.t('Memory'),
    timeout: vscode.l10n.t('Timeout'),
    cpu: vscode.l10n.t('Processors'),
    concurrency: vscode.l10n.t('Calls at once per instance'),
    instances: vscode.l10n.t('Instances'),
    code: vscode.l10n.t('Code size'),
    changed: vscode.l10n.t('Last change'),
    architecture: vscode.l10n.t('Architecture'),
    description: vscode.l10n.t('Description'),
    role: vscode.l10n.t('Role'),
    url: vscode.l10n.t('URL'),
    resourceName: vscode.l10n.t('Full name'),
    source: vscode.l10n.t('Source folder'),
    environment: vscode.l10n.t('Environment'),
    variable: plainText(String(value)),
    secrets: vscode.l10n.t('Secrets'),
    secret: plainText(String(value)),
  };
  return labels[name];
}

export function detailText(node: DetailNode, now: number): string {
  const { name, value, reason } = node;
  if (value instanceof Date) return `${moment().format(value)} (${ago(value, now)})`;
  if (name === 'state') return [stateText(value as NonNullable<CloudFunction['state']>), plainText(reason ?? '')].filter(Boolean).join(': ');
  if (name === 'hint' || name === 'variable') return '';
  if (name === 'secret') return plainText(reason ?? '');
  if (name === 'runtime' && reason) return vscode.l10n.t('{0} (here: {1})', plainText(String(value)), plainText(reason));
  return (typeof value === 'number' ? amountText(name, value) : wordText(name, value)) ?? plainText(String(value));
}

function amountText(name: DetailNode['name'], value: number): string | undefined {
  if (name === 'memory') return `${value} MB`;
  if (name === 'timeout') return vscode.l10n.t('{0} s', value);
  if (name === 'code') return sizeText(value);
  if (name === 'environment') return value === 1 ? vscode.l10n.t('1 variable') : vscode.l10n.t('{0} variables', value);
  if (name === 'secrets') return value === 1 ? vscode.l10n.t('1 secret') : vscode.l10n.t('{0} secrets', value);
  return undefined;
}

function wordText(name: DetailNode['name'], value: string): string | undefined {
  if (name === 'liveFrom') return plainText(vscode.workspace.asRelativePath(value));
  if (name !== 'access') return undefined;
  return value === 'public' ? vscode.l10n.t('everyone') : vscode.l10n.t('only callers with permission');
}

function sizeText(bytes: number): string {
  if (bytes < 1000) return vscode.l10n.t('{0} bytes', bytes);
  return bytes < 1e6 ? `${decimal().format(bytes / 1e3)} kB` : `${decimal().format(bytes / 1e6)} MB`;
}
