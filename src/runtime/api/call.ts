import type { IncomingHttpHeaders } from 'node:http';
import type { Engine } from '../engine/engine';
import type { Queries } from '../insights/queries';
import type { LiveFolders } from '../live/liveFolders';
import type { EventQueue } from '../queue';
import type { CodeStore } from '../store/code';
import type { FunctionStore } from '../store/functions';
import type { LayerStore } from '../store/layers';
import type { LetterBox } from '../store/letters';
import type { LogAccount } from '../store/logAccount';
import type { LogStore } from '../store/logs';
import type { MetricStore } from '../store/metrics';
import type { QueueStore } from '../store/queues';
import type { Subscriptions } from '../subscriptions';
import type { Triggers } from '../trigger/triggers';
import type { UrlPorts } from '../url/ports';
import type { Updates } from './updates';

/** A request that has passed the guard. */
export interface ApiCall {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** From the signature. */
  readonly region: string;
  readonly body: Buffer;
  /** A signal that is aborted when nobody waits for the answer any more. */
  readonly signal: () => AbortSignal;
}

export interface ApiReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes as they are, a `Readable` as its bytes come, anything else as JSON. */
  readonly body?: unknown;
}

/** What the operations work on. */
export interface World {
  readonly functions: FunctionStore;
  readonly code: CodeStore;
  readonly layers: LayerStore;
  readonly logs: LogStore;
  readonly logAccount: LogAccount;
  readonly queries: Queries;
  readonly metrics: MetricStore;
  readonly engine: Engine;
  readonly live: LiveFolders;
  readonly updates: Updates;
  readonly queue: EventQueue;
  readonly letters: LetterBox;
  /** The queues of the SQS API. */
  readonly queues: QueueStore;
  readonly subscriptions: Subscriptions;
  readonly triggers: Triggers;
  readonly urls: UrlPorts;
  /** The address of a deployed package that needs no signature for some minutes. */
  codeUrl(sha256: string): string;
  warn(line: string): void;
}

/** A JSON object from outside: nothing is known of its members. */
export type Input = Readonly<Record<string, unknown>>;

export const account = '000000000000';
