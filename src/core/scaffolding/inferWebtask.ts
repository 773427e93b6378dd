import { agreed, type Finding, isCode, lists, mainStems, runtimes, stemOf } from './foundHandlers';
import type { Texts } from './inferManifest';

/** By the names that all its documents give the parameters; Azure's first model has `(context, req)`, Lambda no such export. */
const exported = /\bmodule\.exports\s*=\s*(?:async\s+)?(?:function\s*\w*\s*)?\(?\s*(?:(?:ctx|context)\s*,\s*)?(?:cb|callback|done)\s*(?:\)|=>)|\bmodule\.exports\s*=\s*(?:async\s+)?(?:function\s*\w*\s*)?\(\s*(?:ctx|context)\s*,\s*(?:req|request)\s*,\s*(?:res|response)\s*\)/;
const adapted = /\bmodule\.exports\s*=\s*\w+\.from(?:Express|Connect|Hapi|Koa|Restify)\(/;

/** Webtasks: https://github.com/auth0/webtask-runtime */
export const webtask: Finding = {
  files: (names, texts) => names.filter((file) => isTask(file, texts)),
  infer: (texts) => {
    const found = Object.keys(texts).filter((file) => isTask(file, texts) && (exported.test(texts[file] ?? '') || (lists(texts, 'webtask-tools') && adapted.test(texts[file] ?? ''))));
    return found.length === 0 ? undefined : agreed(found.map((file) => ({ runtime: runtimes.node, handler: `${stemOf(file)}.default`, signature: 'webtask/main' })));
  },
};

function isTask(file: string, texts: Texts): boolean {
  return isCode(file) && /\.c?js$/.test(file) && [...mainStems(texts), 'webtask'].includes(stemOf(file));
}
