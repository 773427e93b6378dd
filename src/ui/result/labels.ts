import * as vscode from 'vscode';
import { formatBytes } from '../../core/bytes';
import type { ResultLabels } from './words';

/** The words of the result view, in the user's language. */
export function resultLabels(): ResultLabels {
  return {
    succeeded: vscode.l10n.t('Succeeded'),
    failed: vscode.l10n.t('Failed'),
    queued: vscode.l10n.t('Queued'),
    answered: vscode.l10n.t('Answered'),
    duration: vscode.l10n.t('Duration'),
    billed: vscode.l10n.t('Billed duration'),
    memory: vscode.l10n.t('Memory used'),
    coldStart: vscode.l10n.t('Cold start'),
    warm: vscode.l10n.t('none (warm)'),
    cost: vscode.l10n.t('Estimated cost'),
    requestId: vscode.l10n.t('Request id'),
    version: vscode.l10n.t('Version'),
    httpStatus: vscode.l10n.t('HTTP status'),
    payload: vscode.l10n.t('Payload'),
    errorPayload: vscode.l10n.t('Error payload'),
    body: vscode.l10n.t('Response body'),
    ...sentences(),
    ...patterns(),
  };
}

function sentences(): Pick<ResultLabels, 'noLog' | 'logCut' | 'waiting' | 'late' | 'kinds'> {
  return {
    noLog: vscode.l10n.t('No log came with this result; tail the log to see it.'),
    logCut: vscode.l10n.t('The provider sends only the end of the log; tail it to see all.'),
    waiting: vscode.l10n.t('Waiting for the log of this call…'),
    late: vscode.l10n.t('No log arrived in time; tail the log.'),
    kinds: {
      empty: vscode.l10n.t('empty'),
      json: vscode.l10n.t('JSON'),
      text: vscode.l10n.t('text'),
      image: vscode.l10n.t('image'),
      binary: vscode.l10n.t('bytes'),
    },
  };
}

function patterns(): Pick<ResultLabels, 'headers' | 'subtitle' | 'ofMemory' | 'perMillion' | 'cut' | 'size'> {
  return {
    headers: (count) => vscode.l10n.t('Headers ({0})', count),
    subtitle: (place, event, at) => vscode.l10n.t('{0} · event {1} · {2}', place, event, at.toLocaleTimeString()),
    ofMemory: (used, allowed) => vscode.l10n.t('{0} of {1} MB', used, allowed),
    perMillion: (cost) => vscode.l10n.t('{0} per million calls', cost),
    cut: (size) => vscode.l10n.t('This is the beginning of {0}.', size),
    size: formatBytes,
  };
}
