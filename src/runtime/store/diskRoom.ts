/** How many bytes on disk something may take, and how many of them it has taken. */
export class DiskRoom {
  readonly bytes: number;
  #taken = 0;

  constructor(bytes: number) {
    this.bytes = bytes;
  }

  has(bytes: number): boolean {
    return this.#taken + bytes <= this.bytes;
  }

  /** Also more than there is: what lies on disk already takes what it takes. */
  take(bytes: number): void {
    this.#taken += bytes;
  }

  give(bytes: number): void {
    this.#taken -= bytes;
  }
}
