import { oneLine } from '../../core/link';
import { list, members } from './raw';

/** What is looked at in an error of Google's clients, whose members differ by where it went wrong. */
export interface Failure {
  readonly name: string;
  /** Node's or OpenSSL's code; empty when there is none. */
  readonly code: string;
  readonly message: string;
  /** The HTTP status, when there was an answer. */
  readonly status: number | undefined;
  /** The canonical code of a Google API's own error, such as `NOT_FOUND`; `undefined` when the answer is none of those. */
  readonly reason: string | undefined;
  readonly details: readonly Detail[];
  /** The error of a token endpoint, such as `invalid_grant`, with its description. */
  readonly oauth: string | undefined;
  /** Whether it came from a request that was sent; otherwise the credentials themselves are at fault. */
  readonly sent: boolean;
  /** Whether the request was one for a token, so that the one that needed it was not sent. */
  readonly forToken: boolean;
}

/** https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto */
export interface Detail {
  readonly type: string;
  readonly reason: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly violations: readonly string[];
}

/** Finds them, whatever was thrown. */
export function examine(error: unknown): Failure {
  const found = members(error);
  const response = members(found['response']);
  const body = members(response['data']);
  const refusal = members(body['error']);
  const status = response['status'];
  const oauth = text(body['error']) || /^Error code (\w+)/.exec(text(found['message']))?.[1];
  return {
    name: text(found['name']),
    code: text(found['code']) || text(members(found['cause'])['code']),
    message: oneLine(text(refusal['message']) || text(body['error_description']) || text(found['message'])),
    status: typeof status === 'number' ? status : undefined,
    reason: text(refusal['status']) || (typeof refusal['code'] === 'number' ? `HTTP_${refusal['code']}` : undefined),
    details: list(refusal['details']).map(detail),
    oauth: oauth ? `${oauth} ${text(body['error_subtype'])}`.trim() : undefined,
    sent: 'config' in found,
    forToken: /(?:\/token|\/oauthtoken|:generate\w+Token)$/.test(pathOf(members(found['config'])['url'])),
  };
}

function detail(value: unknown): Detail {
  const found = members(value);
  const violations = [...list(found['fieldViolations']), ...list(found['violations'])].map(violation).filter((one) => one !== '');
  const metadata = Object.entries(members(found['metadata'])).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return { type: text(found['@type']).replace(/^.*\./, ''), reason: text(found['reason']), metadata: Object.fromEntries(metadata), violations };
}

function violation(value: unknown): string {
  const { field, subject, description } = members(value);
  const about = text(field) || text(subject);
  return [about, text(description)].filter((part) => part !== '').join(': ');
}

function pathOf(url: unknown): string {
  const whole = url instanceof URL ? url.href : text(url);
  return URL.canParse(whole) ? new URL(whole).pathname : '';
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
