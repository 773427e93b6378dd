import { isLogged, type Logging } from './logging';
import * as text from './logLines';
import * as json from './logRecords';
import type { FunctionSpec } from './spec';

/** How a call ended. */
export interface CallEnd extends text.ReportFacts {
  /** Bytes of the answer. */
  readonly producedBytes: number;
}

/** What the platform itself writes into a function's log, as lines or as JSON, as the function's settings ask for. */
export class PlatformLog {
  readonly #spec: FunctionSpec;

  constructor(spec: FunctionSpec) {
    this.#spec = spec;
  }

  initStart(runtime: string): string[] {
    const { region } = this.#spec;
    return this.#isJson ? this.#records(json.initStart(this.#spec, runtime, text.versionArn(runtime, region))) : [text.initStart(runtime, region)];
  }

  initReport(durationMs: number, errorType: string): string[] {
    return this.#isJson ? this.#records(json.initReport(durationMs, errorType)) : [text.initReport(durationMs, errorType)];
  }

  start(requestId: string): string[] {
    const { version } = this.#spec;
    return this.#isJson ? this.#records(json.start(requestId, version)) : [text.start(requestId, version)];
  }

  timedOut(requestId: string): string[] {
    return this.#isJson ? [] : [text.timedOut(requestId, this.#spec.timeoutSeconds)];
  }

  end(end: CallEnd): string[] {
    return this.#isJson ? this.#records(json.runtimeDone(end), json.report(end)) : [text.end(end.requestId), text.report(end)];
  }

  get #isJson(): boolean {
    return this.#spec.logging.format === 'JSON';
  }

  #records(...records: readonly json.PlatformRecord[]): string[] {
    const { systemLevel }: Logging = this.#spec.logging;
    const time = new Date().toISOString();
    return records.filter(({ level }) => isLogged(level, systemLevel)).map(({ type, record }) => `${JSON.stringify({ time, type, record })}\n`);
  }
}
