import { costText } from '../../core/cost';
import { plainText } from '../../core/log/plainText';
import type { InvokeResult } from '../../core/provider';
import type { ResultLabels } from './words';

export interface Fact {
  readonly label: string;
  readonly value: string;
  readonly detail?: string;
  /** 0 to 1: a bar below the value. */
  readonly share?: number;
  /** Whether the value is a name for machines. */
  readonly code?: boolean;
}

/** What is known of a call beside its payload, in a fixed order. */
export function toFacts(result: InvokeResult, labels: ResultLabels): Fact[] {
  // Where the function's own answer is what came over HTTP, its status stands above.
  const status = result.response?.status === result.status ? undefined : result.status;
  const all: readonly (Fact | undefined)[] = [
    fact(labels.duration, result.durationMs, milliseconds),
    fact(labels.billed, result.billedMs, milliseconds),
    memory(result, labels),
    coldStart(result, labels),
    cost(result, labels),
    fact(labels.httpStatus, status),
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

// Only a report that measured the whole call tells that nothing had to be started for it.
function coldStart({ durationMs, maxMemoryMb, initMs }: InvokeResult, labels: ResultLabels): Fact | undefined {
  if (initMs !== undefined) return { label: labels.coldStart, value: milliseconds(initMs) };
  return durationMs === undefined || maxMemoryMb === undefined ? undefined : { label: labels.coldStart, value: labels.warm };
}

function cost({ costUsd, costBasis = '' }: InvokeResult, labels: ResultLabels): Fact | undefined {
  if (costUsd === undefined) return undefined;
  if (costUsd === 0) return { label: labels.cost, value: costText(0) };
  return { label: labels.cost, value: `≈ ${costText(costUsd)}`, detail: [plainText(costBasis), labels.perMillion(costText(costUsd * 1e6))].filter(Boolean).join(' · ') };
}

function milliseconds(ms: number): string {
  if (ms < 1000) return `${Number(ms.toFixed(2))} ms`;
  return ms < 60_000 ? `${(ms / 1000).toFixed(2)} s` : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}
