import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));

/** Everything that is fetched or made for a run; may be deleted at any time. */
export const cache = path.join(root, '.vscode-test');

/** Results of a run: bundles of the tests, pictures of failures. */
export const out = path.join(root, 'out');
