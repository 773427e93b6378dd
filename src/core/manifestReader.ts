import { parseJson } from './jsonText';
import type { Manifest } from './manifest';
import schema from './manifest.schema.json';

// This file is the entry of a bundle of its own, because the schema and its validator are large and not needed at start.
export { setTarget } from './setTarget';

/** Reads a manifest's text; `file` is where it comes from. Throws `InputError` with line and column of the first mistake. */
export function parseManifest(text: string, file: string): Manifest {
  // The schema is what makes it one.
  return parseJson(text, file, schema as object) as Manifest;
}
