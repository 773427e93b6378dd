import { frameworkOf } from '../signature';
import { agreed, type Finding, type Found, isCode, lists, mainStems, runtimes, stemOf } from './foundHandlers';
import type { Inferred, Texts } from './inferManifest';

const name = 'azure-functions';
const node = frameworkOf(name)?.node.name ?? name;
const app = 'function_app.py';

/** Functions of Azure's programming models: https://learn.microsoft.com/azure/azure-functions/functions-reference */
export const azure: Finding = {
  files: (names, texts) => names.filter((file) => file === app || isNodeFile(file, texts)),
  infer: (texts) => inferPython(texts) ?? inferNode(texts),
};

function isNodeFile(file: string, texts: Texts): boolean {
  return isCode(file) && !file.endsWith('.py') && (/^(?:src\/)?functions\//.test(file) || mainStems(texts).includes(stemOf(file)));
}

function inferNode(texts: Texts): Inferred | undefined {
  const files = Object.keys(texts).filter((file) => isNodeFile(file, texts));
  const telling = files.filter((file) => texts[file]?.includes(node));
  if (telling.length === 0 && !lists(texts, node)) return undefined;
  return { runtime: runtimes.node, ...agreed(telling.flatMap((file) => registered(file, texts[file] ?? ''))) };
}

const http = new Set(['http', 'get', 'post', 'put', 'patch', 'deleteRequest', 'route']);

function registered(file: string, text: string): readonly Found[] {
  const found = text.matchAll(/\bapp\s*\.\s*([A-Za-z]+)\s*(?:<[^>]*>)?\(\s*(['"`])([\w-]+)\2/g);
  return [...found].map(([, kind = '', , member = '']) => ({ runtime: runtimes.node, handler: `${stemOf(file)}.${member}`, signature: signatureOf(http.has(kind)) }));
}

function inferPython(texts: Texts): Inferred | undefined {
  const text = texts[app] ?? '';
  return /^\s*(?:import|from)\s+azure\.functions\b|^\s*from\s+azure\s+import\s+functions\b/m.test(text) ? { runtime: runtimes.python, ...agreed(decorated(text)) } : undefined;
}

// A call of a decorator may take several lines.
function decorated(text: string): readonly Found[] {
  const found = text.matchAll(/^((?:@[\w.]+\s*(?:\((?:[^()]|\([^()]*\))*\))?[ \t]*(?:#.*)?\r?\n)+)(?:async\s+)?def\s+(\w+)/gm);
  return [...found].flatMap(([, decorators = '', member = '']) => {
    const [, kind] = /@\w+\.(route|\w+_trigger|schedule)\b/.exec(decorators) ?? [];
    const [, , own] = /\.function_name\(\s*(?:name\s*=\s*)?(['"])([\w-]+)\1/.exec(decorators) ?? [];
    return kind === undefined ? [] : [{ runtime: runtimes.python, handler: `${stemOf(app)}.${own ?? member}`, signature: signatureOf(http.has(kind)) }];
  });
}

function signatureOf(isHttp: boolean): string {
  return `${name}/${isHttp ? 'http' : 'event'}`;
}
