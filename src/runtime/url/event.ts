import type { IncomingHttpHeaders } from 'node:http';

/** What of a request goes into an event. */
export interface UrlRequest {
  readonly id: string;
  readonly port: number;
  readonly method: string;
  /** Path and query as they came. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly requestId: string;
  readonly traceId: string;
  /** Set when the request was signed and had to be. */
  readonly caller?: { readonly accountId: string };
  readonly now: Date;
}

/** The event in format 2.0: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads */
export function urlEvent(request: UrlRequest): object {
  const [path = '/', rawQueryString = ''] = split(request.url);
  const rawPath = path.replace(/^\/+/, '/');
  const query = queryOf(rawQueryString);
  const cookies = request.headers.cookie?.split(/;\s*/).filter((one) => one);
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    ...(cookies?.length ? { cookies } : {}),
    headers: headersOf(request),
    ...(query ? { queryStringParameters: query } : {}),
    requestContext: contextOf(request, decoded(rawPath)),
    ...bodyOf(request),
  };
}

/** The same request for a function whose handler takes requests as they are: `<framework>/http:<file>.<member>`. */
export function requestEvent(request: UrlRequest): object {
  const body = request.body.length ? { body: request.body.toString('base64'), isBase64Encoded: true } : {};
  return { method: request.method, path: request.url, headers: headersOf(request), ...body };
}

function split(url: string): [path: string, query: string] {
  const mark = url.indexOf('?');
  return mark < 0 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)];
}

// As recorded: the path of the context is decoded, and slashes at the start are one.
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return path;
    throw error;
  }
}

// One that comes more than once is joined with commas.
function queryOf(text: string): Record<string, string> | undefined {
  const found = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) found.set(name, found.has(name) ? `${found.get(name)},${value}` : value);
  return found.size ? Object.fromEntries(found) : undefined;
}

const hopByHop = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade', 'te', 'trailer', 'expect']);

function headersOf({ headers, port, traceId }: UrlRequest): Record<string, string> {
  const own = Object.entries(headers).filter(([name, value]) => value !== undefined && !hopByHop.has(name));
  const texts = own.map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : String(value)]);
  return {
    ...Object.fromEntries(texts) as Record<string, string>,
    'x-amzn-trace-id': traceId,
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-port': String(port),
    'x-forwarded-proto': 'http',
  };
}

function contextOf(request: UrlRequest, path: string): object {
  const { caller, headers, id, method, now, requestId } = request;
  const userAgent = headers['user-agent'] ?? '';
  return {
    accountId: caller?.accountId ?? 'anonymous',
    apiId: id,
    ...(caller ? { authorizer: { iam: iamOf(caller.accountId) } } : {}),
    domainName: headers.host ?? '',
    domainPrefix: id,
    http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent },
    requestId,
    routeKey: '$default',
    stage: '$default',
    time: readable(now),
    timeEpoch: now.getTime(),
  };
}

function iamOf(accountId: string): object {
  return { accessKey: 'local', accountId, callerId: 'local', cognitoIdentity: null, principalOrgId: null, userArn: `arn:aws:iam::${accountId}:user/local`, userId: 'local' };
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

// For example 12/Mar/2020:19:03:58 +0000.
function readable(now: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(now.getUTCDate())}/${months[now.getUTCMonth()]}/${now.getUTCFullYear()}:${now.toISOString().slice(11, 19)} +0000`;
}

const textual = /^(text\/|application\/([\w.+-]+\+)?(json|xml|javascript)\b)/i;

function bodyOf({ body, headers }: UrlRequest): object {
  if (!body.length) return { isBase64Encoded: false };
  const text = body.toString('utf8');
  const isText = textual.test(headers['content-type'] ?? '') && Buffer.from(text).equals(body);
  return isText ? { body: text, isBase64Encoded: false } : { body: body.toString('base64'), isBase64Encoded: true };
}
