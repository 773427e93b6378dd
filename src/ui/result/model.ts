import { STATUS_CODES } from 'node:http';
import * as path from 'node:path';
import { plainText } from '../../core/log/plainText';
import type { FunctionError, FunctionRef, HttpResponse, InvokeMode, InvokeResult } from '../../core/provider';
import { type Fact, toFacts } from './facts';
import { failingPlaces, type Locate, type Place } from './failingPlaces';
import { type Line, toLines } from './lines';
import { type Part, toParts } from './parts';
import type { ResultLabels } from './words';

/** One call and what came of it. */
export interface Invocation {
  readonly ref: FunctionRef;
  /** Where the function is, as the user reads it. */
  readonly place: string;
  /** Path of the saved event. */
  readonly event: string;
  readonly at: Date;
  readonly mode: InvokeMode;
  readonly result: InvokeResult;
}

/** How what comes after the answer stands: on its way, not come in time, or why it cannot come. */
export type Wait = 'waiting' | 'late' | { readonly problem: string };

/** The class of an HTTP status. */
export type StatusLook = 'good' | 'moved' | 'refused' | 'broken';

export interface ResponseModel {
  readonly status: string;
  readonly look: StatusLook;
  /** With their number. */
  readonly headersTitle: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

export interface ErrorModel {
  readonly type: string;
  readonly message: string;
  readonly place?: { readonly text: string; readonly index: number };
}

/** All that the result view shows, as plain data with texts that are ready to be shown. */
export interface ResultModel {
  readonly title: string;
  readonly subtitle: string;
  readonly look: 'ok' | 'warned' | 'failed';
  readonly status: string;
  readonly response?: ResponseModel;
  readonly error?: ErrorModel;
  readonly facts: readonly Fact[];
  readonly parts: readonly Part[];
  readonly stack: readonly Line[];
  readonly log: readonly Line[];
  readonly logNote?: string;
  /** Whether the log is still on its way. */
  readonly waiting: boolean;
  readonly canOpenLog: boolean;
}

/** The model, and the source places that its links name by index. */
export function toResultModel(invocation: Invocation, labels: ResultLabels, locate: Locate, wait?: Wait): { model: ResultModel; places: readonly Place[] } {
  const { ref, place, event, at, mode, result } = invocation;
  const places: Place[] = [];
  const remember = (found: Place): number => places.push(found) - 1;
  const error = result.ok ? undefined : result.error;
  const model: ResultModel = {
    title: ref.name,
    subtitle: labels.subtitle(place, path.basename(event), at),
    ...outcome(result, mode, labels),
    response: result.response && toResponse(result.response, labels),
    error: error && toError(error, locate, remember),
    facts: toFacts(result, labels),
    parts: mode === 'sync' ? toParts(result, labels) : [],
    stack: toLines(error?.stack ?? [], locate, remember),
    log: toLines(result.log ?? [], locate, remember),
    logNote: logNote(result, labels, wait),
    waiting: wait === 'waiting',
    canOpenLog: Boolean(result.log?.length),
  };
  return { model, places };
}

function outcome(result: InvokeResult, mode: InvokeMode, labels: ResultLabels): Pick<ResultModel, 'look' | 'status'> {
  if (!result.ok) return { look: 'failed', status: labels.failed };
  if (mode !== 'sync') return { look: 'ok', status: labels.queued };
  const isError = result.response !== undefined && result.response.status >= 400;
  return isError ? { look: 'warned', status: labels.answered } : { look: 'ok', status: labels.succeeded };
}

function toResponse({ status, headers }: HttpResponse, labels: ResultLabels): ResponseModel {
  return {
    status: [status, STATUS_CODES[status]].filter(Boolean).join(' '),
    look: status >= 500 ? 'broken' : status >= 400 ? 'refused' : status >= 300 ? 'moved' : 'good',
    headersTitle: labels.headers(headers.length),
    headers: headers.map(([name, value]) => [plainText(name), plainText(value)]),
  };
}

function toError(error: FunctionError, locate: Locate, remember: (place: Place) => number): ErrorModel {
  const failing = failingPlaces(error, locate)[0];
  const place = failing && { text: `${path.basename(failing.file)}:${failing.line}`, index: remember(failing) };
  return { type: plainText(error.type), message: plainText(error.message), place };
}

function logNote({ log, logCut }: InvokeResult, labels: ResultLabels, wait: Wait | undefined): string | undefined {
  if (wait === 'waiting') return labels.waiting;
  if (typeof wait === 'object') return plainText(wait.problem);
  if (log?.length) return logCut ? labels.logCut : undefined;
  return wait === 'late' ? labels.late : labels.noLog;
}
