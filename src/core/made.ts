/** Makes a value when it is first asked for, and keeps it: what is dear to make should not be made while the editor starts. */
export function made<T extends object>(make: () => T): () => T {
  let value: T | undefined;
  return () => (value ??= make());
}
