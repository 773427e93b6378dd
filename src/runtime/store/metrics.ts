import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { isMissing } from './files';
import { addValue, metricNames, openSample, type MetricName, type OpenSample, type Sample } from './metricSample';

const minuteMs = 60_000;
const dayMs = 86_400_000;
const keptDays = 15;
const dayBytes = 16 * 1024 * 1024;
const flushMs = 5000;

/** What was measured of one resource in one minute. */
export interface Minute {
  /** Milliseconds since 1970 at its start. */
  readonly time: number;
  /** A function's name, with its version or alias behind a colon if a call named one. */
  readonly resource: string;
  readonly samples: Readonly<Partial<Record<MetricName, Sample>>>;
}

interface OpenMinute extends Minute {
  readonly samples: Partial<Record<MetricName, OpenSample>>;
}

/** What a call tells of itself when it has run. */
interface Measured {
  readonly ok: boolean;
  readonly durationMs: number;
}

/**
 * Figures of the calls that ran, by the minute, for 15 days: a file for each day, to which what is new is appended every
 * few seconds. A day whose file has grown too large takes no more.
 */
export class MetricStore {
  readonly #folder: string;
  readonly #warn: (line: string) => void;
  readonly #running = new Map<string, number>();
  #fresh = new Map<string, OpenMinute>();
  #timer: NodeJS.Timeout | undefined;

  constructor(folder: string, warn: (line: string) => void) {
    this.#folder = folder;
    this.#warn = warn;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  /** Measures a call. One that is refused for want of room counts as throttled, and as nothing else. */
  async measure<T extends Measured>(resource: string, call: () => Promise<T>): Promise<T> {
    const time = Date.now();
    const end = resource.indexOf(':');
    const name = end < 0 ? resource : resource.slice(0, end);
    const atOnce = this.#count(name, 1);
    try {
      const outcome = await call();
      this.#add(time, resource, { Invocations: 1, Errors: outcome.ok ? 0 : 1, Throttles: 0, Duration: outcome.durationMs, ConcurrentExecutions: atOnce });
      return outcome;
    } catch (error) {
      if (error instanceof Error && error.name === 'NoRoom') this.#add(time, resource, { Throttles: 1 });
      throw error;
    } finally {
      this.#count(name, -1);
    }
  }

  /** The minutes between two times, the first included and the last not, in no order. A minute may come in parts. */
  read(from: number, to: number): Minute[] {
    this.flush();
    const days = this.#days().filter((day) => day * dayMs < to && (day + 1) * dayMs > from);
    return days.flatMap((day) => this.#readDay(day)).filter((minute) => minute.time >= from && minute.time < to);
  }

  /** Writes what is new. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const fresh = [...this.#fresh.values()];
    this.#fresh = new Map();
    try {
      for (const day of new Set(fresh.map(dayOf))) this.#append(day, fresh.filter((minute) => dayOf(minute) === day));
    } catch (error) {
      this.#warn(`Metrics could not be written: ${String(error)}`);
    }
  }

  #count(name: string, change: 1 | -1): number {
    const count = (this.#running.get(name) ?? 0) + change;
    if (count) this.#running.set(name, count);
    else this.#running.delete(name);
    return count;
  }

  #add(at: number, resource: string, values: Partial<Record<MetricName, number>>): void {
    const time = Math.floor(at / minuteMs) * minuteMs;
    const key = `${time} ${resource}`;
    const known = this.#fresh.get(key);
    const minute = known ?? { time, resource, samples: {} };
    if (!known) this.#fresh.set(key, minute);
    for (const name of metricNames) {
      const value = values[name];
      if (value !== undefined) addValue((minute.samples[name] ??= openSample()), value, name === 'Duration');
    }
    this.#timer ??= setTimeout(() => this.flush(), flushMs).unref();
  }

  #append(day: number, minutes: readonly Minute[]): void {
    const file = this.#file(day);
    if (sizeOf(file) === 0) this.#dropOld(day);
    if (sizeOf(file) < dayBytes) appendFileSync(file, minutes.map((minute) => `\n${JSON.stringify(minute)}`).join(''), { mode: 0o600 });
  }

  #dropOld(today: number): void {
    for (const day of this.#days()) if (day <= today - keptDays) rmSync(this.#file(day), { force: true });
  }

  #days(): number[] {
    return readdirSync(this.#folder).flatMap((name) => /^(\d+)\.jsonl$/.exec(name)?.[1] ?? []).map(Number);
  }

  #file(day: number): string {
    return path.join(this.#folder, `${day}.jsonl`);
  }

  #readDay(day: number): Minute[] {
    return readFileSync(this.#file(day), 'utf8').split('\n').flatMap((line) => parseLine(line) ?? []);
  }
}

function dayOf({ time }: Minute): number {
  return Math.floor(time / dayMs);
}

// A kill may leave half a line; what comes after it begins a line of its own.
function parseLine(line: string): Minute | undefined {
  try {
    return line ? (JSON.parse(line) as Minute) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}
