import type { FunctionError } from '../../core/provider';

/** Reads what a function answered when it failed: Lambda's own object, or whatever a custom runtime makes of it. */
export function toFunctionError(kind: string, payload: Uint8Array): FunctionError {
  const body = parse(Buffer.from(payload).toString('utf8'));
  return {
    type: text(body['errorType']) ?? kind,
    message: text(body['errorMessage']) ?? 'The function failed without saying why.',
    stack: stack(body['stackTrace'] ?? body['trace']),
    payload,
  };
}

function parse(json: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(json)) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof SyntaxError) return { errorMessage: json.slice(0, 1000) };
    throw error;
  }
}

/** Python sends lines that hold line breaks, old runtimes sent `[file, line, function, code]`. */
function stack(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.split('\n');
  return Array.isArray(value) ? value.flatMap(frame) : [];
}

function frame(entry: unknown): readonly string[] {
  if (typeof entry === 'string') return entry.replace(/\n$/, '').split('\n');
  if (!Array.isArray(entry)) return [];
  const [file, line, name, code] = entry.map(String);
  return [`  File "${file ?? ''}", line ${line ?? ''}, in ${name ?? ''}`, ...(code ? [`    ${code}`] : [])];
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
