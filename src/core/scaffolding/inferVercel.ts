import { agreed, type Finding, type Found, isCode, lists, runtimeOf, stemOf } from './foundHandlers';
import type { Texts } from './inferManifest';

const signature = 'vercel/http';

/** Functions of a folder `api`, in a project of Vercel's: https://vercel.com/docs/functions */
export const vercel: Finding = {
  files: (names) => names.filter((file) => file === 'vercel.json' || isFunction(file)),
  infer: (texts) => {
    const found = Object.keys(texts).filter(isFunction).flatMap((file) => handlerOf(file, texts[file] ?? ''));
    return found.length > 0 && isProject(texts) ? agreed(found) : undefined;
  },
};

// What begins with a dot or an underscore is no function there.
function isFunction(file: string): boolean {
  return /^api\/(?![._])[^/]+$/.test(file) && isCode(file);
}

function isProject(texts: Texts): boolean {
  return (texts['vercel.json'] ?? '') !== '' || lists(texts, '@vercel/node') || Object.values(texts).some((text) => /['"]@vercel\/(?:node|functions)['"]/.test(text));
}

function handlerOf(file: string, text: string): readonly Found[] {
  const member = file.endsWith('.py') ? pythonMember(text) : nodeMember(text);
  return member === undefined ? [] : [{ runtime: runtimeOf(file), handler: `${stemOf(file)}.${member}`, signature }];
}

function pythonMember(text: string): string | undefined {
  if (/^class\s+handler\b/m.test(text)) return 'handler';
  return /^(?:async\s+)?def\s+app\b|^app\s*[:=]/m.test(text) ? 'app' : undefined;
}

function nodeMember(text: string): string | undefined {
  if (/^\s*export\s+default\b|\bmodule\.exports\s*=|\bexports\.default\s*=/m.test(text)) return 'default';
  return /^\s*export\s+(?:const|async\s+function|function)\s+(GET|HEAD|OPTIONS|POST|PUT|DELETE|PATCH)\b/m.exec(text)?.[1];
}
