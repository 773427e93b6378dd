import type { Severity } from '../provider';

const words: Readonly<Record<string, Severity>> = {
  trace: 'debug',
  debug: 'debug',
  verbose: 'debug',
  info: 'info',
  information: 'info',
  notice: 'info',
  log: 'info',
  warn: 'warning',
  warning: 'warning',
  error: 'error',
  err: 'error',
  severe: 'error',
  fatal: 'error',
  critical: 'error',
  alert: 'error',
  emergency: 'error',
  panic: 'error',
};

const word = '(trace|debug|verbose|info|information|notice|log|warn|warning|error|err|severe|fatal|critical|alert|emergency|panic)';
/** A date and time, a request id, in any order before the word. */
const before = '(?:[\\dTZ:.,+/-]{8,40}[\\t ]+|[\\da-f]{8}-[\\da-f-]{27}[\\t ]+|undefined\\t){0,3}';

// A bare word must stand at the beginning, in capitals: logs are full of sentences with "error" in them.
const bracketed = new RegExp(`^${before}\\[${word}\\]`, 'i');
const capital = new RegExp(`^${before}${word.toUpperCase()}(?=[\\t :|\\]-]|$)`);
const keyed = new RegExp(`(?:^|[\\t ,{])(?:level|lvl|severity)=["']?${word}\\b`, 'i');
const member = /"(?:level|severity|log\.level|levelname|loglevel|log_level)"\s{0,5}:\s{0,5}(?:"(\w{1,20})"|(\d{1,3})\b)/i;
const failed = [
  /^Traceback \(most recent call last\):/m,
  /^(?:[\w.]{0,100}(?:Error|Exception)|Uncaught\b)[^\n]{0,500}\n\s{1,8}at /,
  /(?:^|\s)Task timed out after [\d.]+ seconds/,
  /^RequestId: [\da-f-]{36} Error: /,
  /^REPORT .*\tStatus: (?:error|timeout)\b/s,
  /"type"\s?:\s?"platform\.(?:report|runtimeDone)".{0,500}"status"\s?:\s?"(?:error|timeout|failure)"/s,
];

const longestLook = 4_000;

/** How grave a log line says it is; `undefined` when it does not say. Only the beginning of a long one is looked at. */
export function severityOf(message: string): Severity | undefined {
  const text = message.slice(0, longestLook);
  const found = bracketed.exec(text) ?? capital.exec(text);
  if (found?.[1]) return words[found[1].toLowerCase()];
  if (failed.some((pattern) => pattern.test(text))) return 'error';
  return (text.startsWith('{') ? fromJson(text) : undefined) ?? fromKey(text);
}

function fromJson(text: string): Severity | undefined {
  const [, name, number] = member.exec(text) ?? [];
  if (name) return words[name.toLowerCase()];
  if (!number) return undefined;
  const level = Number(number);
  if (level >= 50) return 'error';
  if (level >= 40) return 'warning';
  return level >= 30 ? 'info' : 'debug';
}

function fromKey(text: string): Severity | undefined {
  const name = keyed.exec(text)?.[1];
  return name ? words[name.toLowerCase()] : undefined;
}
