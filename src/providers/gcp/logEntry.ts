import type { logging_v2 } from 'googleapis/build/src/apis/logging/v2';
import type { LogEvent, Severity } from '../../core/provider';
import { date, members } from './raw';
import { text } from './values';

type Entry = logging_v2.Schema$LogEntry;

/** https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry#LogSeverity; `DEFAULT` says nothing. */
const severities: Readonly<Record<string, Severity>> = {
  DEBUG: 'debug',
  INFO: 'info',
  NOTICE: 'info',
  WARNING: 'warning',
  ERROR: 'error',
  CRITICAL: 'error',
  ALERT: 'error',
  EMERGENCY: 'error',
};

/** An entry as a log event; `undefined` for one without a time. */
export function toLogEvent(entry: Entry): LogEvent | undefined {
  const at = date(entry.timestamp) ?? date(entry.receiveTimestamp);
  if (!at) return undefined;
  const message = messageOf(entry);
  const severity = text(entry.severity) ?? '';
  return {
    id: entryId(entry),
    at,
    message,
    ingestedAt: date(entry.receiveTimestamp),
    stream: streamOf(entry),
    severity: Object.hasOwn(severities, severity) ? severities[severity] : undefined,
    origin: originOf(entry, message),
  };
}

/** Unique only with the time, and in one project: https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry */
export function entryId({ timestamp, receiveTimestamp, insertId }: Entry): string {
  return `${text(timestamp) ?? text(receiveTimestamp) ?? ''} ${text(insertId) ?? ''}`;
}

/** What an entry says, as one text. */
export function messageOf(entry: Entry): string {
  const { textPayload, jsonPayload, protoPayload, httpRequest } = entry;
  if (typeof textPayload === 'string') return textPayload;
  if (httpRequest && !jsonPayload) return requestLine(members(httpRequest));
  if (jsonPayload) return fromJson(members(jsonPayload));
  return protoPayload ? auditLine(members(protoPayload)) : '';
}

type Members = Readonly<Record<string, unknown>>;

function fromJson({ message, ...rest }: Members): string {
  if (typeof message !== 'string') return JSON.stringify(message === undefined ? rest : { message, ...rest });
  return Object.keys(rest).length === 0 ? message : `${message} ${JSON.stringify(rest)}`;
}

/** `GET 200 12 ms /path`. */
function requestLine({ requestMethod, status, latency, requestUrl }: Members): string {
  const ms = latencyMs(latency);
  const url = text(requestUrl) ?? '';
  const path = URL.canParse(url) ? new URL(url).pathname + new URL(url).search : url;
  return [text(requestMethod), typeof status === 'number' ? String(status) : undefined, ms === undefined ? undefined : `${Math.round(ms)} ms`, path].filter(Boolean).join(' ');
}

/** Milliseconds of a duration such as `0.012s`. */
export function latencyMs(latency: unknown): number | undefined {
  const seconds = /^(\d+(?:\.\d+)?)s$/.exec(typeof latency === 'string' ? latency : '')?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

/** https://cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog */
function auditLine({ methodName, resourceName, authenticationInfo, status, ...rest }: Members): string {
  const who = text(members(authenticationInfo)['principalEmail']);
  const failed = text(members(status)['message']);
  const line = [text(methodName), text(resourceName), who && `by ${who}`].filter(Boolean).join(' ');
  return line === '' ? JSON.stringify(rest) : failed === undefined ? line : `${line}: ${failed}`;
}

const requestLog = /\/logs\/run\.googleapis\.com%2Frequests$/;
const platformLog = /%2Fvarlog%2Fsystem$|\/logs\/cloudaudit\.googleapis\.com%2F/;
/** What the platform says of an instance that starts, among what the instance itself prints. */
const probe = /^(?:Default )?STARTUP (?:TCP|HTTP|GRPC) probe (?:succeeded|failed)/i;

function originOf(entry: Entry, message: string): NonNullable<LogEvent['origin']> {
  const log = text(entry.logName) ?? '';
  if (requestLog.test(log)) return 'request';
  return platformLog.test(log) || probe.test(message) ? 'platform' : 'function';
}

export function isRequest({ logName, httpRequest }: Entry): boolean {
  return httpRequest !== undefined && requestLog.test(text(logName) ?? '');
}

function streamOf({ resource, labels }: Entry): string | undefined {
  return text(members(members(resource)['labels'])['revision_name']) ?? text(members(labels)['instanceId']) ?? text(members(labels)['instance_id']);
}
