import { readFileSync } from 'node:fs';
import type { Call } from './engine/spec';

/** An event that was accepted and must be run. */
export interface QueuedEvent {
  readonly name: string;
  readonly qualifier?: string;
  readonly call: Call;
  /** How often the function failed on it so far. */
  readonly failures?: number;
  /** How often it could not even be given to the function. */
  readonly faults?: number;
  /** Milliseconds since 1970. */
  readonly accepted?: number;
  /** Not to be tried before, in milliseconds since 1970. */
  readonly due?: number;
}

/** A call that waits: what it brings stays in its file until it is asked for, so that many do not fill the memory. */
export class WaitingCall implements Call {
  readonly requestId: string;
  readonly arn: string;
  readonly traceId: string;
  readonly clientContext?: string;
  readonly hops?: number;
  readonly #file: string;

  constructor({ requestId, arn, traceId, clientContext, hops }: Call, file: string) {
    this.requestId = requestId;
    this.arn = arn;
    this.traceId = traceId;
    this.clientContext = clientContext;
    this.hops = hops;
    this.#file = file;
  }

  /** Throws when the file is gone. */
  get payload(): Uint8Array {
    const { payload } = JSON.parse(readFileSync(this.#file, 'utf8')) as { payload: string };
    return Buffer.from(payload, 'base64');
  }
}

/** The text of an event's file. */
export function writeEvent(event: QueuedEvent): Buffer {
  const { payload, ...call } = event.call;
  return Buffer.from(JSON.stringify({ ...event, call, payload: Buffer.from(payload).toString('base64') }));
}

/** Throws for a text that is none. */
export function readEvent(text: string): QueuedEvent {
  const { payload, ...event } = JSON.parse(text) as QueuedEvent & { payload: string };
  return { accepted: Date.now(), ...event, call: { ...event.call, payload: Buffer.from(payload, 'base64') } };
}
