/** A result that answers an HTTP request: the shape that HTTP triggers expect of a function. */
export interface HttpResponse {
  readonly status: number;
  /** What the function says its body is. */
  readonly contentType?: string;
  readonly body: Uint8Array;
}

/** The HTTP response in a result's payload; `undefined` when the payload is none. */
export function toHttpResponse(payload: Uint8Array): HttpResponse | undefined {
  const start = payload.findIndex((byte) => byte > 0x20);
  if (payload[start] !== 0x7b) return undefined;
  const { statusCode, headers, body, isBase64Encoded } = parse(payload);
  if (typeof statusCode !== 'number' || !(typeof body === 'string' || body === undefined)) return undefined;
  const bytes = Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8');
  return { status: statusCode, contentType: contentType(headers), body: bytes };
}

function parse(payload: Uint8Array): Record<string, unknown> {
  try {
    return JSON.parse(new TextDecoder().decode(payload)) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

function contentType(headers: unknown): string | undefined {
  if (typeof headers !== 'object' || headers === null) return undefined;
  const found = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1] as unknown;
  return typeof found === 'string' ? found : undefined;
}
