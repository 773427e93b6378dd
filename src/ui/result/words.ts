import type { Preview } from '../../core/invocation/payload';

/** The words of the result view, in the user's language. */
export interface ResultLabels {
  readonly succeeded: string;
  readonly failed: string;
  readonly queued: string;
  /** For an HTTP response that tells of an error: the call itself went well. */
  readonly answered: string;
  readonly duration: string;
  readonly billed: string;
  readonly memory: string;
  readonly coldStart: string;
  readonly warm: string;
  readonly cost: string;
  readonly requestId: string;
  readonly version: string;
  readonly httpStatus: string;
  readonly payload: string;
  readonly errorPayload: string;
  readonly body: string;
  readonly noLog: string;
  readonly logCut: string;
  /** While what comes later is on its way, and when it did not come. */
  readonly waiting: string;
  readonly late: string;
  readonly kinds: Readonly<Record<Preview['kind'], string>>;
  readonly headers: (count: number) => string;
  readonly subtitle: (place: string, event: string, at: Date) => string;
  readonly ofMemory: (used: string, allowed: string) => string;
  readonly perMillion: (cost: string) => string;
  readonly cut: (size: string) => string;
  readonly size: (bytes: number) => string;
}
