import { rename, rm } from 'node:fs/promises';
import { isMissing } from './files';

const sameMs = 5 * 60_000;

interface Twin {
  readonly id: string;
  readonly order: number;
  readonly until: number;
  /** Where the message lies on, although it was deleted. */
  file?: string;
}

/** The messages of the last five minutes by what makes others the same as them; those that were deleted count on. */
export class Twins {
  readonly #known = new Map<string, Twin>();

  /** The message that one with this text is the same as. */
  find(sameAs: string, now: number): Twin | undefined {
    const twin = this.#known.get(sameAs);
    return twin && twin.until > now ? twin : undefined;
  }

  add(sameAs: string, { id, order, sent }: { readonly id: string; readonly order: number; readonly sent: number }, file?: string): void {
    this.#known.delete(sameAs);
    this.#known.set(sameAs, { id, order, until: sent + sameMs, file });
  }

  forget(sameAs: string): void {
    this.#known.delete(sameAs);
  }

  /** Where a message that is deleted is to lie on; `undefined` when nobody needs it any more. */
  keep({ id, file, sameAs }: { readonly id: string; readonly file: string; readonly sameAs?: string }, now: number): string | undefined {
    const twin = sameAs === undefined ? undefined : this.find(sameAs, now);
    if (twin?.id !== id) return undefined;
    twin.file = `${file}.done`;
    return twin.file;
  }

  /** Takes from disk what is too old to be the same as anything new. */
  async prune(now: number): Promise<void> {
    const old = [...this.#known].filter(([, twin]) => twin.until <= now);
    for (const [sameAs] of old) this.#known.delete(sameAs);
    const files = old.flatMap(([, { file }]) => file ?? []);
    await Promise.all(files.map((file) => rm(file, { force: true })));
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
