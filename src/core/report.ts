/** What a REPORT line says of one call; what the line does not say is `undefined`. */
export interface Report {
  readonly requestId: string;
  readonly durationMs: number;
  readonly billedMs?: number;
  readonly memoryMb?: number;
  readonly maxMemoryMb?: number;
  /** How long the cold start took; `undefined` on a warm call. */
  readonly initMs?: number;
  /** `timeout` or `error`; a call that went well says nothing or `success`. */
  readonly status?: string;
}

/** Reads the REPORT line that closes a call's log, as text or as JSON; `undefined` for any other line. */
export function parseReport(line: string): Report | undefined {
  if (line.length > 10_000) return undefined;
  const text = line.trim();
  if (text.startsWith('REPORT RequestId:')) return fromText(text);
  if (text.startsWith('{') && text.includes('"platform.report"')) return fromJson(text);
  return undefined;
}

function fromText(text: string): Report | undefined {
  const fields = new Map(text.slice('REPORT '.length).split('\t').map(field));
  const requestId = fields.get('RequestId');
  const durationMs = amount(fields.get('Duration'));
  if (!requestId || durationMs === undefined) return undefined;
  return {
    requestId,
    durationMs,
    billedMs: amount(fields.get('Billed Duration')),
    memoryMb: amount(fields.get('Memory Size')),
    maxMemoryMb: amount(fields.get('Max Memory Used')),
    initMs: amount(fields.get('Init Duration')),
    status: fields.get('Status') || undefined,
  };
}

function field(part: string): [string, string] {
  const colon = part.indexOf(':');
  return colon < 0 ? [part.trim(), ''] : [part.slice(0, colon).trim(), part.slice(colon + 1).trim()];
}

function amount(value: string | undefined): number | undefined {
  const match = /^(\d+(?:\.\d+)?) (?:ms|MB)$/.exec(value ?? '');
  return match ? Number(match[1]) : undefined;
}

function fromJson(text: string): Report | undefined {
  const event = parse(text);
  const record = event['type'] === 'platform.report' ? object(event['record']) : {};
  const metrics = object(record['metrics']);
  const requestId = record['requestId'];
  const durationMs = number(metrics['durationMs']);
  if (typeof requestId !== 'string' || durationMs === undefined) return undefined;
  return {
    requestId,
    durationMs,
    billedMs: number(metrics['billedDurationMs']),
    memoryMb: number(metrics['memorySizeMB']),
    maxMemoryMb: number(metrics['maxMemoryUsedMB']),
    initMs: number(metrics['initDurationMs']),
    status: typeof record['status'] === 'string' ? record['status'] : undefined,
  };
}

function parse(text: string): Record<string, unknown> {
  try {
    return object(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

function object(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}
