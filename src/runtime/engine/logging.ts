/** How a function's log is written. Levels count in JSON only. */
export interface Logging {
  readonly format: 'Text' | 'JSON';
  readonly applicationLevel: LogLevel;
  readonly systemLevel: LogLevel;
}

export type LogLevel = (typeof levels)[number];

/** From the most detail to the least. */
export const levels = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;

export const textLogging: Logging = { format: 'Text', applicationLevel: 'INFO', systemLevel: 'INFO' };

export function isLogged(level: LogLevel, lowest: LogLevel): boolean {
  return levels.indexOf(level) >= levels.indexOf(lowest);
}

/**
 * Whether a line that a function printed is logged: its level is that of its JSON, and INFO if it has none.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
 */
export function isPrinted(line: string, logging: Logging): boolean {
  return logging.format === 'Text' || isLogged(levelOf(line), logging.applicationLevel);
}

function levelOf(line: string): LogLevel {
  if (!/^\s*\{/.test(line)) return 'INFO';
  try {
    const { level } = JSON.parse(line) as { level?: unknown };
    return levels.find((known) => known === String(level).toUpperCase()) ?? 'INFO';
  } catch (error) {
    if (error instanceof SyntaxError) return 'INFO';
    throw error;
  }
}
