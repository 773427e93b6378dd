import { fitsPattern } from '../api/messagePattern';

/**
 * Whether a record of a queue fits one of the patterns. A body is looked into as JSON when the pattern does so.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
 */
export function fitsFilters(filters: readonly string[], record: object): boolean {
  return filters.some((text) => {
    const { body, ...rest } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const own = record as Readonly<Record<string, unknown>>;
    return fitsPattern(rest, record) && (body === undefined || fitsBody(body, String(own.body)));
  });
}

// A pattern for text fits no JSON, nor the other way.
function fitsBody(pattern: unknown, body: string): boolean {
  const json = parsed(body);
  if (Array.isArray(pattern)) return json === undefined && fitsPattern({ body: pattern }, { body });
  return json !== undefined && fitsPattern(pattern as Readonly<Record<string, unknown>>, json);
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
