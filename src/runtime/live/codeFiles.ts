import { readFileSync } from 'node:fs';
import path from 'node:path';
import ignore from 'ignore';
import { errorCode } from '../store/files';

const skippedFolders = new Set([
  ...['node_modules', '.git', '.hg', '.svn', '.venv', 'venv', '__pycache__', '.mypy_cache', '.pytest_cache', '.ruff_cache', '.tox'],
  ...['.vscode', '.idea', '.cache', '.function-deck', 'coverage', 'cdk.out', '.terraform', '.aws-sam', '.serverless'],
]);
/** What editors, tools and saved events leave behind; none of it is code. */
const skippedFiles = /^(?:deck\.json|\.deckignore|\.DS_Store|Thumbs\.db|4913|\.#.*)$|~$|\.(?:pyc|pyo|swp|swo|swx|tmp|log|tsbuildinfo)$/;

/** Code, and what people write for code to read: templates, queries, settings. */
const codeEndings = [
  ...['js', 'cjs', 'mjs', 'jsx', 'ts', 'cts', 'mts', 'tsx', 'node', 'wasm', 'py', 'pyd', 'so', 'pth', 'vue', 'svelte'],
  ...['html?', 'hbs', 'ejs', 'pug', 'mustache', 'njk', 'liquid', 'j2', 'jinja2?', 'tmpl', 'tpl', 'css'],
  ...['sql', 'graphql', 'gql', 'proto', 'ya?ml', 'toml', 'ini', 'cfg', 'conf', 'env', 'properties'],
];
const code = new RegExp(`\\.(?:${codeEndings.join('|')})$|^\\.env\\b`, 'i');
/** Other JSON is data, which a function may write itself; what is imported of it is known by the imports. */
const settings = /(?:^(?:package|host|function|manifest)|config|settings|schema)(?:\.[\w-]+)*\.json$/i;

export function isSkippedFolder(name: string): boolean {
  return skippedFolders.has(name);
}

/** Whether a file may be code; a function that is a program of its own may read any as such. `at` is its folder, relative. */
export function mayBeCode(name: string, at: string, runtime: string): boolean {
  if (skippedFiles.test(name)) return false;
  if (runtime.startsWith('provided')) return !(at === 'events' && name.endsWith('.json'));
  return code.test(name) || (settings.test(name) && at !== 'events');
}

/** What a folder's `.deckignore` leaves out: paths are relative to the folder, with `/`, those of folders with one at the end. */
export type Ignores = (file: string) => boolean;

export function readIgnored(folder: string): Ignores | undefined {
  try {
    const text = readFileSync(path.join(folder, '.deckignore'), 'utf8');
    const rules = ignore().add(text);
    return /\S/.test(text) ? (file) => rules.ignores(file) : undefined;
  } catch (error) {
    // None, or one that nobody here may read: a deploy tells of that.
    if (errorCode(error) === undefined) throw error;
    return undefined;
  }
}
