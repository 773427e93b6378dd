import { levels, textLogging, type Logging, type LogLevel } from '../engine/logging';
import type { Input } from './call';
import { invalid, validation } from './errors';
import { textOf } from './input';

/** How a function's log is to be written; what a request leaves out stays, and INFO is what JSON starts with. */
export function loggingOf(config: Input, before: Logging = textLogging): Logging {
  const asked = { format: formatOf(config) ?? before.format, application: levelOf(config, 'ApplicationLogLevel', levels), system: levelOf(config, 'SystemLogLevel', systemLevels) };
  if (asked.format === 'JSON') return { format: 'JSON', applicationLevel: asked.application ?? before.applicationLevel, systemLevel: asked.system ?? before.systemLevel };
  if (asked.application ?? asked.system) throw invalid('ApplicationLogLevel and SystemLogLevel can be set only with LogFormat JSON.');
  return textLogging;
}

/** The members of LoggingConfig that say so; levels are shown for JSON only. */
export function loggingShape(logging: Logging = textLogging): object {
  if (logging.format === 'Text') return { LogFormat: 'Text' };
  return { LogFormat: 'JSON', ApplicationLogLevel: logging.applicationLevel, SystemLogLevel: logging.systemLevel };
}

const systemLevels = ['DEBUG', 'INFO', 'WARN'] as const;

function formatOf(config: Input): 'Text' | 'JSON' | undefined {
  const format = textOf(config, 'LogFormat');
  if (format === undefined || format === 'Text' || format === 'JSON') return format;
  throw validation(format, 'loggingConfig.logFormat', 'Member must satisfy enum value set: [JSON, Text]');
}

function levelOf(config: Input, member: 'ApplicationLogLevel' | 'SystemLogLevel', known: readonly LogLevel[]): LogLevel | undefined {
  const level = textOf(config, member);
  const found = known.find((one) => one === level);
  if (level !== undefined && !found) throw validation(level, `loggingConfig.${member.charAt(0).toLowerCase()}${member.slice(1)}`, `Member must satisfy enum value set: [${known.join(', ')}]`);
  return found;
}
