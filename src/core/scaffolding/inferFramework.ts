import { frameworkOf } from '../signature';
import { mainStems, projectOf } from './foundHandlers';
import type { Inferred, Texts } from './inferManifest';

type Kind = 'http' | 'cloudevent';

/** Its own words for registering and running functions are in the patterns below. */
const name = 'functions-framework';
const node = frameworkOf(name)?.node.name ?? name;

const signature = (kind: Kind): string => `${name}/${kind}`;

/** A function that the framework may call. */
interface Found {
  readonly name: string;
  readonly kind: Kind;
}

const nodeEndings = ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts'];

/** Paths of the files to look into for functions of the framework. */
export function tellingFiles(texts: Texts): readonly string[] {
  return ['main.py', ...mainStems(texts).flatMap((each) => nodeEndings.map((ending) => each + ending))];
}

/** What a folder is whose function is written for the Functions Framework; `undefined` when it is not. */
export function inferFramework(texts: Texts): Inferred | undefined {
  return inferPython(texts) ?? inferNode(texts);
}

function inferPython(texts: Texts): Inferred | undefined {
  const text = texts['main.py'] ?? '';
  const isListed = new RegExp(`^${name}\\b`, 'm').test(texts['requirements.txt'] ?? '');
  const imports = /^\s*(?:import|from)\s+functions_framework\b/m.test(text);
  return text && (isListed || imports) ? inferred('python3.13', 'main', imports ? decorated(text) : undecorated(text)) : undefined;
}

function decorated(text: string): readonly Found[] {
  const found = text.matchAll(/^@(?:functions_framework\.)?(http|cloud_event)\s*$(?:\n@.*)*\n(?:async\s+)?def\s+(\w+)/gm);
  return [...found].map(([, kind, name = '']) => ({ name, kind: kind === 'http' ? 'http' : 'cloudevent' }));
}

function undecorated(text: string): readonly Found[] {
  const found = text.matchAll(/^def\s+(\w+)\s*\(\s*(\w+)\s*(?::[^,()]*)?\)/gm);
  return [...found].map(([, name = '', argument = '']) => ({ name, kind: kindOf(argument) }));
}

function inferNode(texts: Texts): Inferred | undefined {
  const { dependencies = {}, scripts = {} } = projectOf(texts);
  const file = tellingFiles(texts).find((each) => !each.endsWith('.py') && texts[each]);
  const text = (file && texts[file]) ?? '';
  if (!file || !(dependencies[node] !== undefined || text.includes(node))) return undefined;
  const found = registered(text);
  const targets = Object.values(scripts).flatMap((script) => /functions-framework.*--target[= ](\S+)/.exec(String(script))?.[1] ?? []);
  const all = found.length ? found : exported(text);
  const wanted = all.filter(({ name }) => targets.includes(name));
  return inferred('nodejs22.x', file.replace(/\.[^.]+$/, ''), wanted.length ? wanted : all);
}

function registered(text: string): readonly Found[] {
  const found = text.matchAll(/(?<![\w$])(http|cloudEvent)\s*(?:<[^>]*>)?\(\s*(['"`])([\w-]+)\2/g);
  return [...found].map(([, kind, , name = '']) => ({ name, kind: kind === 'http' ? 'http' : 'cloudevent' }));
}

function exported(text: string): readonly Found[] {
  const found = text.matchAll(/(?:\bexports\.|\bexport\s+(?:const|async\s+function|function)\s+)([\w$]+)\s*(?:=\s*(?:async\s*)?(?:function\s*\w*\s*)?)?\(\s*(\w+)/g);
  return [...found].map(([, name = '', argument = '']) => ({ name, kind: kindOf(argument) }));
}

function kindOf(argument: string): Kind {
  return /event/i.test(argument) ? 'cloudevent' : 'http';
}

/** Which of several functions is meant is not guessed. */
function inferred(runtime: string, module: string, found: readonly Found[]): Inferred {
  const [only, other] = found;
  return only && !other ? { runtime, handler: `${module}.${only.name}`, signature: signature(only.kind) } : { runtime, ...signatureOf(found) };
}

function signatureOf(found: readonly Found[]): Pick<Inferred, 'signature'> {
  const [kind, other] = new Set(found.map((each) => each.kind));
  return kind && !other ? { signature: signature(kind) } : {};
}
