import { createHash } from 'node:crypto';

/** The lines that the platform itself writes into a function's log. */

export interface ReportFacts {
  readonly requestId: string;
  readonly durationMs: number;
  readonly memoryMb: number;
  readonly maxMemoryMb: number;
  /** Only on the call that paid for the cold start. */
  readonly initMs?: number;
  readonly status?: 'timeout' | 'error';
  readonly errorType?: string;
}

export function initStart(runtime: string, region: string): string {
  return `INIT_START Runtime Version: ${runtime}\tRuntime Version ARN: ${versionArn(runtime, region)}\n`;
}

/** Of the runtime that runs a function. As in the cloud it ends with a digest, which changes with the runtime's version. */
export function versionArn(runtime: string, region: string): string {
  return `arn:aws:lambda:${region}::runtime:${createHash('sha256').update(runtime).digest('hex')}`;
}

export function initReport(durationMs: number, errorType: string): string {
  return `INIT_REPORT Init Duration: ${durationMs.toFixed(2)} ms\tPhase: init\tStatus: error\tError Type: ${errorType}\n`;
}

export function start(requestId: string, version: string): string {
  return `START RequestId: ${requestId} Version: ${version}\n`;
}

export function end(requestId: string): string {
  return `END RequestId: ${requestId}\n`;
}

export function timedOut(requestId: string, seconds: number): string {
  return `${new Date().toISOString()} ${requestId} Task timed out after ${seconds.toFixed(2)} seconds\n\n`;
}

export function report(facts: ReportFacts): string {
  const fields = [
    `Duration: ${facts.durationMs.toFixed(2)} ms`,
    `Billed Duration: ${Math.ceil(facts.durationMs)} ms`,
    `Memory Size: ${facts.memoryMb} MB`,
    `Max Memory Used: ${facts.maxMemoryMb} MB`,
  ];
  if (facts.initMs !== undefined) fields.push(`Init Duration: ${facts.initMs.toFixed(2)} ms`);
  if (facts.status) fields.push(`Status: ${facts.status}`);
  if (facts.errorType) fields.push(`Error Type: ${facts.errorType}`);
  return `REPORT RequestId: ${facts.requestId}\t${fields.join('\t')}\t\n`;
}
