import { plainText } from '../../core/log/plainText';
import { findFrames } from '../../core/stack';
import type { Locate, Place } from './failingPlaces';

export interface Link {
  readonly start: number;
  readonly end: number;
  /** Index of the place that it leads to. */
  readonly index: number;
}

/** A line of a stack trace or a log. */
export interface Line {
  readonly text: string;
  readonly links: readonly Link[];
  readonly look?: 'platform' | 'error' | 'warning';
}

const mostLines = 2000;
const longestLine = 8000;

/** Lines that may be shown, with links where they name a source file; the last ones when there are very many. */
export function toLines(raw: readonly string[], locate: Locate, remember: (place: Place) => number): Line[] {
  const lines = raw.slice(-mostLines).flatMap((entry) => plainText(entry).replace(/\n$/, '').split('\n'));
  return lines.slice(-mostLines).map((line) => toLine(line, locate, remember));
}

function toLine(whole: string, locate: Locate, remember: (place: Place) => number): Line {
  const text = whole.length > longestLine ? `${whole.slice(0, longestLine)}…` : whole;
  const links = findFrames(text).flatMap(({ start, end, frame }) => {
    const place = locate(frame);
    return place ? [{ start, end, index: remember(place) }] : [];
  });
  return { text, links, look: look(text) };
}

function look(text: string): Line['look'] {
  if (/^(?:INIT_START|START RequestId|END RequestId|REPORT RequestId)\b/.test(text)) return 'platform';
  const start = text.slice(0, 120);
  if (/^\[(?:ERROR|CRITICAL)\]|\t(?:ERROR|FATAL)\t|"level":\s?"(?:ERROR|FATAL)"/i.test(start)) return 'error';
  return /^\[WARNING\]|\tWARN\t|"level":\s?"WARN(?:ING)?"/i.test(start) ? 'warning' : undefined;
}
