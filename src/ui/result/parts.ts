import { classify, type Preview, preview } from '../../core/invocation/payload';
import { plainText } from '../../core/log/plainText';
import type { FunctionRef, InvokeResult } from '../../core/provider';
import type { ResultLabels } from './words';

export type PartName = 'payload' | 'body' | 'log';

/** A payload as it is shown; what is longer can be opened whole. */
export interface Part {
  readonly name: PartName;
  readonly title: string;
  /** Kind and size. */
  readonly note: string;
  readonly kind: Preview['kind'];
  readonly text: string;
  /** `data:` URI of an image. */
  readonly image?: string;
  readonly cutNote?: string;
}

/** The body of an HTTP response before the payload that it came in; one of them where they are the same. */
export function toParts(result: InvokeResult, labels: ResultLabels): Part[] {
  const payload = payloadOf(result);
  const body = result.response?.body;
  const whole = (): Part => part('payload', result.ok ? labels.payload : labels.errorPayload, payload, labels);
  if (!body) return [whole()];
  const isAll = Buffer.compare(body, payload) === 0;
  if (!isAll && body.length === 0) return [whole()];
  return [part('body', labels.body, body, labels), ...(isAll ? [] : [whole()])];
}

/** The bytes behind a part. */
export function partBytes(result: InvokeResult, name: PartName): Uint8Array | undefined {
  if (name === 'payload') return payloadOf(result);
  if (name === 'body') return result.response?.body;
  return result.log && new TextEncoder().encode(result.log.map((line) => `${plainText(line)}\n`).join(''));
}

/** Name of a file for a part. */
export function partFile(ref: FunctionRef, result: InvokeResult, name: PartName): string {
  const ending = name === 'log' ? '.log' : classify(partBytes(result, name) ?? new Uint8Array()).ending;
  return `${ref.name.replace(/[^\w.-]/g, '_')}-${name}${ending}`;
}

function payloadOf(result: InvokeResult): Uint8Array {
  return result.ok ? result.payload : result.error.payload;
}

const largestImage = 8_000_000;

function part(name: PartName, title: string, bytes: Uint8Array, labels: ResultLabels): Part {
  const shown = preview(bytes);
  const isLarge = shown.kind === 'image' && bytes.length > largestImage;
  const image = shown.kind === 'image' && !isLarge ? `data:${shown.mime};base64,${Buffer.from(bytes).toString('base64')}` : undefined;
  const note = shown.kind === 'empty' ? labels.kinds.empty : `${labels.kinds[shown.kind]} · ${labels.size(bytes.length)}`;
  const cutNote = shown.cut || isLarge ? labels.cut(labels.size(bytes.length)) : undefined;
  return { name, title, note, kind: shown.kind, text: plainText(shown.text), image, cutNote };
}
