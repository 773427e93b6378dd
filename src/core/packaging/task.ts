/** A file that a thread is to pack. What comes back for it is a row, without bytes when its content is the known one. */
export interface Task {
  /** In the package. */
  readonly path: string;
  readonly file: string;
  readonly executable: boolean;
  /** Whether it may hold no secrets. */
  readonly isSource: boolean;
  /** SHA-256 of the content that is packed already. */
  readonly known?: string;
}
