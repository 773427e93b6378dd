import type { CallOptions } from '../../core/provider';
import { call } from './call';
import type { Connection } from './client';
import { text } from './values';

const mostLines = 200;
const shownLines = 40;
const trouble = /\berr(?:or)?\b|ERR!|fail(?:ed|ure)|exception|cannot|not found|no matching/i;

/** What the build wrote from its first complaint on; `undefined` when the log cannot be read. */
export async function buildLines(connection: Connection, buildId: string, options: CallOptions): Promise<readonly string[] | undefined> {
  const requestBody = {
    resourceNames: [`projects/${connection.project}`],
    filter: `resource.type="build" AND resource.labels.build_id="${buildId}"`,
    orderBy: 'timestamp desc',
    pageSize: mostLines,
  };
  try {
    const answer = await call(connection, { action: 'logging.logEntries.list', send: (at) => connection.logging.entries.list({ requestBody }, at) }, options);
    const lines = (answer.entries ?? []).map((entry) => text(entry.textPayload)).reverse();
    return complaint(lines.filter((line) => line !== undefined).flatMap((line) => line.split('\n')));
  } catch {
    // The lines help, but the failure is told without them too.
    return undefined;
  }
}

/** Steps of a build put their name before every line: `Step #1 - "build": `. */
function complaint(lines: readonly string[]): readonly string[] | undefined {
  const bare = lines.map((line) => line.replace(/^Step #\d+(?: - "[^"]*")?: ?/, '').trimEnd()).filter((line) => line !== '');
  const first = bare.findIndex((line) => trouble.test(line));
  const shown = first < 0 ? bare.slice(-shownLines) : bare.slice(first, first + shownLines);
  return shown.length > 0 ? shown : undefined;
}
