import { plainText, wrapLine } from './plainText';
import type { LogEvent, Severity } from '../provider';
import { severityOf } from './severity';
import { unfoldError } from './unfoldError';

/** Editors stop drawing, and colouring, a line that is much longer. */
const longestLine = 4_000;
const words: Readonly<Record<Severity, string>> = { debug: 'DEBUG', info: 'INFO', warning: 'WARN', error: 'ERROR' };
const wordWidth = 5;
const indent = ' '.repeat('00:00:00.000 '.length + wordWidth + 1);

/**
 * Turns log events into the lines of one channel: local time, severity, message; further lines of a message indented,
 * long lines wrapped, the date on a line of its own whenever it changes.
 */
export class LogText {
  #day = '';

  /** Lines with their line ends. */
  text(events: readonly LogEvent[]): string {
    return events.map((event) => this.#dateLine(event.at) + lines(event)).join('');
  }

  /** Begins anew, in an empty channel. */
  reset(): void {
    this.#day = '';
  }

  #dateLine(at: Date): string {
    const day = localDay(at);
    if (day === this.#day) return '';
    this.#day = day;
    return `──── ${day} ────\n`;
  }
}

function lines(event: LogEvent): string {
  if (event.mark) return markLine(event.at, event.message, event.mark === 'gap' ? '━━' : '──');
  const text = plainText(unfoldError(event.message)).trimEnd();
  const severity = event.severity ?? severityOf(text);
  const first = `${localTime(event.at)} ${(severity ? words[severity] : '').padEnd(wordWidth)} `;
  return text.split('\n').map((line, index) => wrapped(index === 0 ? first : indent, line)).join('');
}

/** The rest of a wrapped line begins with an arrow, so that it is not taken for a line of its own. */
function wrapped(start: string, line: string): string {
  return wrapLine(line, longestLine)
    .map((piece, index) => `${index === 0 ? start : `${indent}↪ `}${piece}`.trimEnd() + '\n')
    .join('');
}

/** A heavy rule says that log events may be missing. No function can print one: its text begins further to the right. */
function markLine(at: Date, sentence: string, rule = '──'): string {
  return `${localTime(at)} ${rule} ${plainText(sentence).replaceAll('\n', ' ')} ${rule}\n`;
}

function localDay(at: Date): string {
  return `${at.getFullYear()}-${pad(at.getMonth() + 1, 2)}-${pad(at.getDate(), 2)}`;
}

function localTime(at: Date): string {
  return `${pad(at.getHours(), 2)}:${pad(at.getMinutes(), 2)}:${pad(at.getSeconds(), 2)}.${pad(at.getMilliseconds(), 3)}`;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
