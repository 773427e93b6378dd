import { oneLine } from '../../core/link';
import type { FunctionError, HttpResponse } from '../../core/provider';

/** The framework's own words in the header `x-google-status`. */
const types: Readonly<Record<string, string>> = { crash: 'Crash', error: 'Error', timeout: 'Timeout' };

/** A failure of the function as its answer tells it; the log may tell more. `undefined` when it did not fail. */
export function toFunctionError({ status, headers, body }: HttpResponse): FunctionError | undefined {
  const mark = headers.find(([name]) => name.toLowerCase() === 'x-google-status')?.[1] ?? '';
  if (status < 500) return undefined;
  const type = (Object.hasOwn(types, mark) ? types[mark] : undefined) ?? (status === 504 ? 'Timeout' : `HTTP ${status}`);
  return { type, message: firstLine(body) || `The function answered with HTTP ${status}.`, stack: [], payload: body };
}

function firstLine(body: Uint8Array): string {
  const text = Buffer.from(body.subarray(0, 4_000)).toString('utf8');
  if (text.includes('\ufffd')) return '';
  const title = /<title>([^<]{0,300})<\/title>/i.exec(text)?.[1];
  return oneLine(title ?? text.split('\n').find((line) => line.trim() !== '') ?? '');
}
