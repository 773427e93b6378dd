import * as path from 'node:path';
import type { OutputUnit, Schema } from '@cfworker/json-schema';
import { Validator } from '@cfworker/json-schema';
import { findNodeAtLocation, getNodeValue, type JSONPath, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { InputError } from './errors';

/** A JSON file whose mistakes are told with their place: comments and trailing commas are fine. */
interface JsonText {
  readonly text: string;
  readonly file: string;
}

/**
 * The value of a JSON text that follows a schema. Throws `InputError` for the first mistake, with its line and column;
 * the schema's own `errorMessage` says what is right.
 */
export function parseJson(text: string, file: string, schema: Schema): unknown {
  const source: JsonText = { text: text.replace(/^\uFEFF/, ''), file };
  try {
    return checked(source, schema);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw mistake(source, 0, 'The file is nested too deeply to be read; make it flatter.', error);
  }
}

function checked(source: JsonText, schema: Schema): unknown {
  const tree = parse(source);
  refuseBadNames(source, tree);
  // A copy, because the parser's objects lack the usual prototype.
  const value: unknown = structuredClone(getNodeValue(tree));
  const { errors } = new Validator(schema, '7').validate(value);
  const first = errors.findIndex(({ keyword }) => !wrappers.has(keyword));
  const error = errors[first];
  if (!error) return value;
  // A name that is not allowed at all is told with no place in the schema; the error before it has the place.
  const rule = error.keyword === 'false' ? (errors[first - 1] ?? error) : error;
  throw schemaError(source, tree, schema, { ...error, keywordLocation: rule.keywordLocation });
}

// What only says that something deeper is wrong.
const wrappers = new Set(['properties', 'additionalProperties', 'patternProperties', 'propertyNames', 'anyOf']);

function parse(source: JsonText): Node {
  if (source.text.trim() === '') throw mistake(source, 0, 'The file is empty; write at least { "name": "hello" }.');
  const errors: ParseError[] = [];
  const tree = parseTree(source.text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first) throw mistake(source, first.offset, syntax[printParseErrorCode(first.error)] ?? 'This is not JSON; correct it.');
  if (!tree) throw mistake(source, 0, 'This is not JSON; correct it.');
  return tree;
}

const syntax: Readonly<Record<string, string>> = {
  InvalidSymbol: 'This word is not JSON; put texts in double quotes.',
  InvalidNumberFormat: 'This is not a number that JSON knows; write it like 12 or 0.5.',
  PropertyNameExpected: 'A name in double quotes is missing here.',
  ValueExpected: 'A value is missing here.',
  ColonExpected: 'A colon is missing before this place.',
  CommaExpected: 'A comma is missing before this place.',
  CloseBraceExpected: 'A closing brace "}" is missing before this place.',
  CloseBracketExpected: 'A closing bracket "]" is missing before this place.',
  EndOfFileExpected: 'The JSON ends before this place; remove what follows.',
  UnexpectedEndOfComment: 'A comment is not closed; end it with "*/".',
  UnexpectedEndOfString: 'A text is not closed; end it with a double quote on the same line.',
  InvalidEscapeCharacter: 'A backslash stands before a character that needs none; write \\\\ for a backslash itself.',
  InvalidUnicode: 'A \\u must be followed by four hexadecimal digits.',
  InvalidCharacter: 'A control character stands in a text; write it with a backslash, for example \\n or \\t.',
};

function refuseBadNames(source: JsonText, node: Node): void {
  const seen = new Set<unknown>();
  for (const child of node.children ?? []) {
    refuseBadNames(source, child);
    const [key] = child.type === 'property' ? (child.children ?? []) : [];
    if (!key) continue;
    const name = String(key.value);
    if (seen.has(name)) throw mistake(source, key.offset, `"${name}" is there twice; remove one of them.`);
    // The one would become the prototype of a careless copy, the others are half a character.
    if (name === '__proto__' || /\p{Surrogate}/u.test(name)) throw mistake(source, key.offset, 'This cannot be a name here; choose another.');
    seen.add(name);
  }
}

function schemaError(source: JsonText, tree: Node, schema: Schema, error: OutputUnit): InputError {
  const steps = pointer(error.instanceLocation);
  const node = findNodeAtLocation(tree, steps) ?? tree;
  // The name of a property, when it is the name that is wrong.
  const isName = error.keyword === 'false' || error.keywordLocation.includes('/propertyNames/');
  const place = isName ? (node.parent?.children?.[0] ?? node) : node;
  return mistake(source, place.offset, explain(schema, error, node, String(steps.at(-1))));
}

function explain(schema: Schema, error: OutputUnit, node: Node, name: string): string {
  const trail = schemaTrail(schema, pointer(error.keywordLocation));
  if (error.keyword === 'false') return `"${name}" is not known here; known are ${known(trail)}.`;
  if (error.keyword === 'required') {
    const missing = (trail.at(-1)?.required ?? []).find((key) => !findNodeAtLocation(node, [key]));
    return `"${missing}" is missing here; add it.`;
  }
  const message: unknown = trail.findLast((part) => part['errorMessage'] !== undefined)?.['errorMessage'];
  return typeof message === 'string' ? message : error.error;
}

function known(trail: readonly Schema[]): string {
  const names = Object.keys(trail.at(-1)?.properties ?? {}).filter((name) => !name.startsWith('$'));
  return names.map((name) => `"${name}"`).join(', ');
}

/** The schemas that a keyword's location leads through, outermost first. */
function schemaTrail(schema: Schema, steps: JSONPath): Schema[] {
  const trail: Schema[] = [schema];
  let at: unknown = schema;
  for (const step of steps) {
    at = (at as Readonly<Record<string, unknown>>)[step];
    if (typeof at === 'object' && at !== null && !Array.isArray(at)) trail.push(at);
  }
  return trail;
}

function pointer(location: string): string[] {
  return location
    .split('/')
    .slice(1)
    .map((step) => decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~'));
}

function mistake({ text, file }: JsonText, offset: number, message: string, cause?: unknown): InputError {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  const line = before.length;
  const column = (before.at(-1) ?? '').length + 1;
  const shown = [path.basename(path.dirname(file)), path.basename(file)].filter(Boolean).join('/');
  return new InputError(`${shown}, line ${line}: ${message}`, { file, line, column }, { cause });
}
