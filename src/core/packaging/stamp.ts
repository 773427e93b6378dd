/** By which a file is taken for unchanged without reading it. */
export interface Stamp {
  /** Milliseconds since 1970, with fractions. */
  readonly mtimeMs: number;
  /** Unlike the other time it cannot be set back. */
  readonly ctimeMs: number;
  readonly ino: number;
}

/** A file may change again within one tick of its clock, and the coarsest, FAT's, ticks every two seconds. */
const tickMs = 2000;

/** The stamp of no file, equal to none. */
export const noStamp: Stamp = { mtimeMs: NaN, ctimeMs: NaN, ino: NaN };

export function stampOf({ mtimeMs, ctimeMs, ino }: Stamp): Stamp {
  return { mtimeMs, ctimeMs, ino };
}

/** Whether a change of a file after it was looked at, at `lookedAt` or later, gives it another stamp. */
export function isSettled({ mtimeMs, ctimeMs }: Stamp, lookedAt: number): boolean {
  return Math.max(mtimeMs, ctimeMs) + tickMs < lookedAt;
}
