import * as path from 'node:path';
import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';
import { InputError } from '../errors';

/** The bytes to send for the text of a saved event. Throws `InputError` with the place when it is not JSON. */
export function toEvent(text: string, file: string): Uint8Array {
  const json = text.replace(/^\uFEFF/, '');
  try {
    JSON.parse(json);
    return new TextEncoder().encode(json);
  } catch (error) {
    if (error instanceof SyntaxError) throw mistake(json, file, error);
    throw error;
  }
}

const reasons: Readonly<Record<string, string>> = {
  CommaExpected: 'a comma is missing before this',
  ColonExpected: 'a colon is missing before this',
  CloseBraceExpected: 'a closing } is missing',
  CloseBracketExpected: 'a closing ] is missing',
  PropertyNameExpected: 'a name in double quotes is missing; the last entry has no comma behind it',
  ValueExpected: 'a value is missing',
  EndOfFileExpected: 'the event ended before this; remove the rest',
  InvalidCommentToken: 'comments are not part of JSON; remove it',
  UnexpectedEndOfString: 'a closing " is missing',
};

function mistake(json: string, file: string, cause: SyntaxError): InputError {
  const errors: ParseError[] = [];
  parse(json, errors, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false });
  const [first] = errors;
  const offset = first?.offset ?? 0;
  const before = json.slice(0, offset).split(/\r\n|\r|\n/);
  const line = before.length;
  const column = (before.at(-1)?.length ?? 0) + 1;
  const reason = json.trim() === '' ? 'the file is empty; an empty event is {}' : (first && reasons[printParseErrorCode(first.error)]) ?? 'this is no JSON value';
  const sentence = `The event ${path.basename(file)} is not valid JSON, line ${line}, column ${column}: ${reason}.`;
  return new InputError(sentence, { file, line, column }, { cause });
}
