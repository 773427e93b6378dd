import type { HttpResponse } from '../../core/provider';

/**
 * The HTTP response in a result's payload: the shape that function URLs and API Gateway expect; `undefined` when it is none.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function toHttpResponse(payload: Uint8Array): HttpResponse | undefined {
  const start = payload.findIndex((byte) => byte > 0x20);
  if (payload[start] !== 0x7b) return undefined;
  const { statusCode, headers, multiValueHeaders, cookies, body, isBase64Encoded } = parse(payload);
  if (typeof statusCode !== 'number' || !(typeof body === 'string' || body === undefined)) return undefined;
  const bytes = Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8');
  const all = [...pairs(headers), ...pairs(multiValueHeaders), ...list(cookies).map((value) => ['set-cookie', value] as const)];
  return { status: statusCode, headers: all, body: bytes };
}

function parse(payload: Uint8Array): Record<string, unknown> {
  try {
    return JSON.parse(new TextDecoder().decode(payload)) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

function pairs(headers: unknown): (readonly [string, string])[] {
  if (typeof headers !== 'object' || headers === null) return [];
  return Object.entries(headers).flatMap(([name, value]) => list(value).map((one) => [name, one] as const));
}

function list(value: unknown): readonly string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((one) => ['string', 'number', 'boolean'].includes(typeof one)).map(String);
}
