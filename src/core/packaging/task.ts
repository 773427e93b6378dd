/** A file that a thread is to pack. */
export interface Task {
  readonly file: string;
  /** Whether it may hold no secrets. */
  readonly isSource: boolean;
  /** SHA-256 of the content that is packed already. */
  readonly known?: string;
}

/** What a thread found out about its tasks, in arrays that go to another thread at once. */
export interface Answer {
  /** Of each task: the stamp's three, size, CRC-32, bytes of its own in `data`. No stamp: look at it where its trouble can be told. */
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly hashes: Uint8Array<ArrayBuffer>;
  /** Deflated; nothing of a file whose content is the known one. */
  readonly data: Uint8Array<ArrayBuffer>;
}

/** Numbers and bytes of each task in an answer. */
export const perTask = { numbers: 6, hashBytes: 32 };
