import { randomUUID } from 'node:crypto';
import { ProviderError } from '../errors';

/** A name of an attribute: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#attribute-naming-convention */
const attribute = /^[a-z0-9]+$/;
const rfc3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;

/**
 * A CloudEvent 1.0 in JSON, https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md, made
 * complete: a missing `id` and `time` are filled in, anew at each call; all else stays byte for byte as it is. Throws
 * `ProviderError` for what is none.
 */
export function toCloudEvent(bytes: Uint8Array, now = new Date()): Uint8Array {
  const text = Buffer.from(bytes).toString('utf8').replace(/^\uFEFF/, '');
  const event = parse(text);
  check(event);
  const missing = [...(event['id'] === undefined ? [`"id":"${randomUUID()}"`] : []), ...(event['time'] === undefined ? [`"time":"${now.toISOString()}"`] : [])];
  if (missing.length === 0) return Buffer.from(text, 'utf8');
  // Something follows always: the attributes that must be there.
  return Buffer.from(text.replace('{', () => `{${missing.join(',')},`), 'utf8');
}

type Members = Readonly<Record<string, unknown>>;

function check(event: unknown): asserts event is Members {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) throw none('it is no object; write one with specversion, source and type');
  const members = event as Members;
  if (members['specversion'] !== '1.0') throw none('"specversion" must be "1.0"');
  for (const name of ['source', 'type']) if (!isText(members[name])) throw none(`"${name}" must be a text that is not empty`);
  if (members['id'] !== undefined && !isText(members['id'])) throw none('"id" must be a text that is not empty; leave it out to get a new one for each call');
  if (members['time'] !== undefined && !isTime(members['time'])) throw none('"time" must be a time such as 2026-01-31T12:00:00Z; leave it out for the time of the call');
  if (members['data'] !== undefined && members['data_base64'] !== undefined) throw none('it has both "data" and "data_base64"; leave one out');
  for (const [name, value] of Object.entries(members)) checkAttribute(name, value);
}

function checkAttribute(name: string, value: unknown): void {
  if (name === 'data') return;
  if (name === 'data_base64') {
    if (typeof value !== 'string') throw none('"data_base64" must be a text');
    return;
  }
  if (!attribute.test(name)) throw none(`"${name}" is no name of an attribute; use lower-case letters and digits, and put everything else into "data"`);
  if (value !== null && typeof value === 'object') throw none(`"${name}" must be a text, a number or true or false; put everything else into "data"`);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isTime(value: unknown): boolean {
  return typeof value === 'string' && rfc3339.test(value) && !Number.isNaN(Date.parse(value));
}

function none(reason: string): ProviderError {
  const cure = reason.includes(';') ? '' : '; correct it and try again';
  return new ProviderError('invalid', `The event is no CloudEvent: ${reason}${cure}.`, { untaken: true });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ProviderError('invalid', 'The event is not valid JSON; correct it and try again.', { cause: error, untaken: true });
  }
}
