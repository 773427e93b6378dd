import * as path from 'node:path';
import { costText } from '../../core/cost';
import { toHttpResponse } from '../../core/invocation/httpResponse';
import { classify, type Preview, preview } from '../../core/invocation/payload';
import { plainText } from '../../core/log/plainText';
import type { FunctionRef, InvokeMode, InvokeResult } from '../../core/provider';
import { failingPlaces, type Locate, type Place } from './failingPlaces';
import { type Line, toLines } from './lines';

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

export type PartName = 'payload' | 'body' | 'log';

/** A payload as it is shown; what is longer can be opened whole. */
export interface Part {
  readonly name: PartName;
  readonly title: string;
  /** Kind and size. */
  readonly note: string;
  readonly kind: Preview['kind'];
  readonly text: string;
  /** `data:` URI of an image. */
  readonly image?: string;
  readonly cutNote?: string;
}

export interface Fact {
  readonly label: string;
  readonly value: string;
  readonly detail?: string;
  /** 0 to 1: a bar below the value. */
  readonly share?: number;
  /** Whether the value is a name for machines. */
  readonly code?: boolean;
}

/** All that the result view shows, as plain data with texts that are ready to be shown. */
export interface ResultModel {
  readonly title: string;
  readonly subtitle: string;
  readonly ok: boolean;
  readonly status: string;
  readonly error?: { readonly type: string; readonly message: string; readonly place?: { readonly text: string; readonly index: number } };
  readonly facts: readonly Fact[];
  readonly parts: readonly Part[];
  readonly stack: readonly Line[];
  readonly log: readonly Line[];
  readonly logNote?: string;
  readonly canOpenLog: boolean;
}

/** The words of the view, in the user's language. */
export interface ResultLabels {
  readonly succeeded: string;
  readonly failed: string;
  readonly queued: string;
  readonly duration: string;
  readonly billed: string;
  readonly memory: string;
  readonly coldStart: string;
  readonly warm: string;
  readonly cost: string;
  readonly requestId: string;
  readonly version: string;
  readonly httpStatus: string;
  readonly responseStatus: string;
  readonly payload: string;
  readonly errorPayload: string;
  readonly body: string;
  readonly noLog: string;
  readonly logCut: string;
  readonly kinds: Readonly<Record<Preview['kind'], string>>;
  readonly subtitle: (place: string, event: string, at: Date) => string;
  readonly ofMemory: (used: string, allowed: string) => string;
  readonly perMillion: (cost: string) => string;
  readonly cut: (size: string) => string;
  readonly size: (bytes: number) => string;
}

/** The model, and the source places that its links name by index. */
export function toResultModel(invocation: Invocation, labels: ResultLabels, locate: Locate): { model: ResultModel; places: readonly Place[] } {
  const { ref, place, event, at, mode, result } = invocation;
  const places: Place[] = [];
  const remember = (found: Place): number => places.push(found) - 1;
  const error = result.ok ? undefined : result.error;
  const failing = error && failingPlaces(error, locate)[0];
  const model: ResultModel = {
    title: ref.name,
    subtitle: labels.subtitle(place, path.basename(event), at),
    ok: result.ok,
    status: result.ok ? (mode === 'sync' ? labels.succeeded : labels.queued) : labels.failed,
    error: error && {
      type: plainText(error.type),
      message: plainText(error.message),
      place: failing && { text: `${path.basename(failing.file)}:${failing.line}`, index: remember(failing) },
    },
    facts: facts(result, labels),
    parts: mode === 'sync' ? parts(result, labels) : [],
    stack: toLines(error?.stack ?? [], locate, remember),
    log: toLines(result.log ?? [], locate, remember),
    logNote: result.log?.length ? (result.logCut ? labels.logCut : undefined) : labels.noLog,
    canOpenLog: Boolean(result.log?.length),
  };
  return { model, places };
}

/** The bytes behind a part. */
export function partBytes({ result }: Invocation, name: PartName): Uint8Array | undefined {
  const payload = result.ok ? result.payload : result.error.payload;
  if (name === 'payload') return payload;
  if (name === 'body') return toHttpResponse(payload)?.body;
  return result.log && new TextEncoder().encode(result.log.map((line) => `${plainText(line)}\n`).join(''));
}

function facts(result: InvokeResult, labels: ResultLabels): Fact[] {
  const payload = result.ok ? toHttpResponse(result.payload) : undefined;
  const all: readonly (Fact | undefined)[] = [
    fact(labels.responseStatus, payload?.status),
    fact(labels.duration, result.durationMs, milliseconds),
    fact(labels.billed, result.billedMs, milliseconds),
    memory(result, labels),
    result.durationMs === undefined ? undefined : { label: labels.coldStart, value: result.initMs === undefined ? labels.warm : milliseconds(result.initMs) },
    cost(result, labels),
    fact(labels.httpStatus, result.status),
    code(labels.version, result.version),
    code(labels.requestId, result.requestId),
  ];
  return all.filter((one) => one !== undefined);
}

function fact(label: string, value: number | undefined, text: (value: number) => string = String): Fact | undefined {
  return value === undefined ? undefined : { label, value: text(value) };
}

function code(label: string, value: string | undefined): Fact | undefined {
  return value ? { label, value: plainText(value), code: true } : undefined;
}

function memory({ memoryMb, maxMemoryMb }: InvokeResult, labels: ResultLabels): Fact | undefined {
  if (maxMemoryMb === undefined) return undefined;
  if (!memoryMb) return { label: labels.memory, value: `${maxMemoryMb} MB` };
  return { label: labels.memory, value: labels.ofMemory(String(maxMemoryMb), String(memoryMb)), share: Math.min(1, maxMemoryMb / memoryMb) };
}

function cost({ costUsd, costBasis = '' }: InvokeResult, labels: ResultLabels): Fact | undefined {
  if (costUsd === undefined) return undefined;
  if (costUsd === 0) return { label: labels.cost, value: costText(0) };
  return { label: labels.cost, value: `≈ ${costText(costUsd)}`, detail: [plainText(costBasis), labels.perMillion(costText(costUsd * 1e6))].filter(Boolean).join(' · ') };
}

function parts(result: InvokeResult, labels: ResultLabels): Part[] {
  const payload = result.ok ? result.payload : result.error.payload;
  const response = result.ok ? toHttpResponse(payload) : undefined;
  const whole = part('payload', result.ok ? labels.payload : labels.errorPayload, payload, labels);
  return response?.body.length ? [part('body', labels.body, response.body, labels), whole] : [whole];
}

const largestImage = 8_000_000;

function part(name: PartName, title: string, bytes: Uint8Array, labels: ResultLabels): Part {
  const shown = preview(bytes);
  const isLarge = shown.kind === 'image' && bytes.length > largestImage;
  const image = shown.kind === 'image' && !isLarge ? `data:${shown.mime};base64,${Buffer.from(bytes).toString('base64')}` : undefined;
  const note = shown.kind === 'empty' ? labels.kinds.empty : `${labels.kinds[shown.kind]} · ${labels.size(bytes.length)}`;
  const cutNote = shown.cut || isLarge ? labels.cut(labels.size(bytes.length)) : undefined;
  return { name, title, note, kind: shown.kind, text: plainText(shown.text), image, cutNote };
}

/** Name of a file for a part. */
export function partFile(invocation: Invocation, name: PartName): string {
  const ending = name === 'log' ? '.log' : classify(partBytes(invocation, name) ?? new Uint8Array()).ending;
  return `${invocation.ref.name.replace(/[^\w.-]/g, '_')}-${name}${ending}`;
}

function milliseconds(ms: number): string {
  if (ms < 1000) return `${Number(ms.toFixed(2))} ms`;
  return ms < 60_000 ? `${(ms / 1000).toFixed(2)} s` : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}
