import type { World } from '../api/call';
import type { TriggerRecord } from '../store/triggers';
import type { Clock } from './clock';

/** A trigger that is on. */
export interface Running {
  /** Why it does not work, or what it does next or did last. */
  readonly note?: string;
  stop(): void;
}

/** What a trigger that is on works with. */
export interface Post {
  readonly world: World;
  readonly record: TriggerRecord;
  readonly clock: Clock;
  /** Writes a line of the trigger into the function's log. */
  tell(line: string): void;
  /** Has the function called without waiting for it; `what` says in the log why. Throws `Refusal` when there is no function. */
  call(event: object, what: string): Promise<void>;
  /** Keeps the time of a call beyond the end of the runtime. */
  keepTime(at: number): Promise<void>;
}

/** For people, to the second. */
export function readable(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
