import { rename } from 'node:fs/promises';
import { isMissing } from './files';

const sameMs = 5 * 60_000;

interface Twin {
  readonly id: string;
  readonly order: number;
  readonly until: number;
  /** Where the message lies on, although it was deleted. */
  file?: string;
  bytes?: number;
}

/** What is no longer needed on disk. */
export type OldTwin = Required<Pick<Twin, 'file' | 'bytes'>>;

/** The messages of the last five minutes by what makes others the same as them; those that were deleted count on. */
export class Twins {
  readonly #known = new Map<string, Twin>();

  /** The message that one with this text is the same as. */
  find(sameAs: string, now: number): Twin | undefined {
    const twin = this.#known.get(sameAs);
    return twin && twin.until > now ? twin : undefined;
  }

  add(sameAs: string, { id, order, sent }: { readonly id: string; readonly order: number; readonly sent: number }, left?: OldTwin): void {
    this.#known.delete(sameAs);
    this.#known.set(sameAs, { id, order, until: sent + sameMs, ...left });
  }

  forget(sameAs: string): void {
    this.#known.delete(sameAs);
  }

  /** Where a message that is deleted is to lie on; `undefined` when nobody needs it any more. */
  keep({ id, file, bytes, sameAs }: Pick<OldTwin, 'file' | 'bytes'> & { readonly id: string; readonly sameAs?: string }, now: number): string | undefined {
    const twin = sameAs === undefined ? undefined : this.find(sameAs, now);
    if (twin?.id !== id) return undefined;
    return Object.assign(twin, { file: `${file}.done`, bytes }).file;
  }

  /** Forgets what is too old to be the same as anything new; what comes back is to be taken from disk. */
  prune(now: number): readonly OldTwin[] {
    const old: OldTwin[] = [];
    for (const [sameAs, { until, file, bytes = 0 }] of this.#known) {
      // The newest stand at the end.
      if (until > now) break;
      this.#known.delete(sameAs);
      if (file !== undefined) old.push({ file, bytes });
    }
    return old;
  }
}

/** Puts a file aside that cannot be read, so that it is neither lost nor met again. */
export async function putAside(file: string): Promise<void> {
  try {
    await rename(file, `${file}.bad`);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}
