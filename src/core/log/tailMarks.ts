import { randomUUID } from 'node:crypto';
import type { LogEvent } from '../provider';

type MarkKind = NonNullable<LogEvent['mark']>;

/** A line that the tail itself adds to a log. */
export function mark(kind: MarkKind, at: Date, message: string): LogEvent {
  return { id: `mark ${randomUUID()}`, at, message, mark: kind };
}

export function waitingMark(at: Date, silentMs: number, reason: string): LogEvent {
  const since = silentMs < 1_000 ? 'Not connected' : `Not connected for ${spanText(silentMs)}`;
  return mark('waiting', at, `${since}; the tail goes on as soon as it can. ${reason}`);
}

export function filledMark(at: Date, lostMs: number, filled: number): LogEvent {
  const what = filled === 0 ? 'nothing was missed' : `${count(filled)} of that time ${filled === 1 ? 'was' : 'were'} filled in`;
  return mark('filled', at, `Back after ${spanText(lostMs)}; ${what}.`);
}

export function lateMark(at: Date, late: number, lateMs: number): LogEvent {
  return mark('late', at, `${count(late)} came late, by ${late === 1 ? '' : 'up to '}${spanText(lateMs)}:`);
}

export function crowdedMark(at: Date): LogEvent {
  return mark('gap', at, 'More log events came at once than can be told apart for long; of those that arrive late, some may be missing.');
}

export function goneMark(at: Date): LogEvent {
  return mark('gap', at, 'The log is gone, it was deleted or has expired; waiting for a new one.');
}

/** A length of time as people say it: `6 s`, `2 min`, `3 h 5 min`. */
export function spanText(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1_000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest === 0 ? '' : ` ${rest} min`}`;
}

function count(events: number): string {
  return events === 1 ? '1 log event' : `${events} log events`;
}
