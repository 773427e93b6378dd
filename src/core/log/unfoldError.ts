const failure = /^(?<head>[^\n{]{0,300}\t(?:Invoke Error|Uncaught Exception|Unhandled Promise Rejection))\s+(?<json>\{.*\})\s*$/s;

/**
 * Node functions on Lambda report an error in one long line of JSON. Gives its stack a line for each frame, and what else
 * the JSON tells a line after them. All other text comes back as it is.
 */
export function unfoldError(text: string): string {
  const { head, json } = failure.exec(text)?.groups ?? {};
  const error = json === undefined ? undefined : parseObject(json);
  if (!error || !isStack(error['stack'])) return text;
  const stack = error['stack'].join('\n');
  const rest = Object.entries(error).filter(([key, value]) => key !== 'stack' && !(typeof value === 'string' && stack.includes(value)));
  const more = rest.length === 0 ? '' : `\n${JSON.stringify(Object.fromEntries(rest))}`;
  return `${head}\n${stack}${more}`;
}

function isStack(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((line) => typeof line === 'string');
}

function parseObject(json: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(json) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
