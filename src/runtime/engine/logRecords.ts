import type { LogLevel } from './logging';
import type { ReportFacts } from './logLines';
import type { FunctionSpec } from './spec';

/**
 * What the platform writes into a log in JSON.
 * https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html, and for the levels
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
 */
export interface PlatformRecord {
  readonly level: LogLevel;
  readonly type: string;
  readonly record: object;
}

const initialization = { initializationType: 'on-demand', phase: 'init' };

export function initStart(spec: FunctionSpec, runtimeVersion: string, runtimeVersionArn: string): PlatformRecord {
  const record = { ...initialization, runtimeVersion, runtimeVersionArn, functionName: spec.name, functionVersion: spec.version };
  return { level: 'INFO', type: 'platform.initStart', record };
}

export function initReport(durationMs: number, errorType: string): PlatformRecord {
  const record = { ...initialization, status: 'error', errorType, metrics: { durationMs: rounded(durationMs) } };
  return { level: 'WARN', type: 'platform.initReport', record };
}

export function start(requestId: string, version: string): PlatformRecord {
  return { level: 'INFO', type: 'platform.start', record: { requestId, version } };
}

export function runtimeDone(facts: ReportFacts & { readonly producedBytes: number }): PlatformRecord {
  const metrics = { durationMs: rounded(facts.durationMs), producedBytes: facts.producedBytes };
  const record = { requestId: facts.requestId, status: facts.status ?? 'success', errorType: facts.errorType, metrics };
  return { level: facts.status ? 'WARN' : 'DEBUG', type: 'platform.runtimeDone', record };
}

export function report(facts: ReportFacts): PlatformRecord {
  const metrics = {
    durationMs: rounded(facts.durationMs),
    billedDurationMs: Math.ceil(facts.durationMs),
    memorySizeMB: facts.memoryMb,
    maxMemoryUsedMB: facts.maxMemoryMb,
    initDurationMs: facts.initMs === undefined ? undefined : rounded(facts.initMs),
  };
  const record = { requestId: facts.requestId, metrics, status: facts.status ?? 'success', errorType: facts.errorType };
  return { level: facts.status ? 'WARN' : 'INFO', type: 'platform.report', record };
}

// To the microsecond.
function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
