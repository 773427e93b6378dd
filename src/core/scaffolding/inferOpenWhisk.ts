import * as path from 'node:path';
import { agreed, type Finding, type Found, isCode, runtimeOf, runtimes, stemOf } from './foundHandlers';

const signature = 'openwhisk/main';
const manifests = ['manifest.yaml', 'manifest.yml'];

/** Actions that a manifest of wskdeploy lists: https://github.com/apache/openwhisk-wskdeploy/blob/master/specification/html/spec_actions.md */
export const openwhisk: Finding = {
  files: (names) => names.filter((file) => manifests.includes(file)),
  infer: (texts) => {
    const text = manifests.map((file) => texts[file]).find((each) => each !== undefined && /^\s*actions:\s*$/m.test(each));
    return text === undefined ? undefined : agreed(actions(text));
  },
};

/** The actions by their `function:` lines; what stands beside one belongs to the same action. */
function actions(text: string): readonly Found[] {
  const parts = text.split(/^(?=[ \t]*[\w.-]+:[ \t]*$)/m);
  return parts.flatMap((part) => {
    const file = valueOf(part, 'function');
    return file === undefined ? [] : action(path.posix.normalize(file), valueOf(part, 'main') ?? 'main', valueOf(part, 'runtime') ?? '');
  });
}

function valueOf(part: string, key: string): string | undefined {
  return new RegExp(`^[ \\t-]*${key}:[ \\t]*(['"]?)([^'"#\\r\\n]+?)\\1[ \\t]*(?:#.*)?$`, 'm').exec(part)?.[2];
}

// A folder is a package of several files, whose first has a fixed name.
function action(file: string, main: string, runtime: string): readonly Found[] {
  if (file.startsWith('..') || path.posix.isAbsolute(file)) return [];
  if (isCode(file)) return [{ runtime: runtimeOf(file), handler: `${stemOf(file)}.${main}`, signature }];
  if (path.posix.extname(file) !== '') return [];
  const isPython = runtime.startsWith('python');
  return [{ runtime: isPython ? runtimes.python : runtimes.node, handler: path.posix.join(file, `${isPython ? '__main__' : 'index'}.${main}`), signature }];
}
