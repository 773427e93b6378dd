import { isUtf8 } from 'node:buffer';
import { cutText, prettyJson } from './prettyJson';

/** What bytes are, by looking at them. */
export interface PayloadType {
  readonly kind: 'empty' | 'json' | 'text' | 'image' | 'binary';
  readonly mime: string;
  /** Ending of a file that holds it, with the dot. */
  readonly ending: string;
}

/** The beginning of a payload, ready to be shown. */
export interface Preview extends PayloadType {
  /** JSON with indentation, text, or a hex dump; empty for an image. */
  readonly text: string;
  /** Bytes of the whole payload. */
  readonly size: number;
  /** Whether there is more than `text` shows. */
  readonly cut: boolean;
}

/** How much of a payload a preview shows. */
export const previewLimit = 64 * 1024;

type Magic = readonly [start: string, kind: 'image' | 'binary', mime: string, ending: string];

/** First bytes in hexadecimal; `.` is any digit. */
const magics: readonly Magic[] = [
  ['89504e470d0a1a0a', 'image', 'image/png', '.png'],
  ['ffd8ff', 'image', 'image/jpeg', '.jpg'],
  ['474946383', 'image', 'image/gif', '.gif'],
  ['52494646........57454250', 'image', 'image/webp', '.webp'],
  ['........6674797061766966', 'image', 'image/avif', '.avif'],
  ['424d........00000000', 'image', 'image/bmp', '.bmp'],
  ['255044462d', 'binary', 'application/pdf', '.pdf'],
  ['504b0304', 'binary', 'application/zip', '.zip'],
  ['1f8b08', 'binary', 'application/gzip', '.gz'],
];

export function classify(bytes: Uint8Array): PayloadType {
  if (bytes.length === 0) return { kind: 'empty', mime: 'text/plain', ending: '.txt' };
  const magic = findMagic(bytes);
  if (magic) return magic;
  if (!isUtf8(bytes) || bytes.includes(0)) return { kind: 'binary', mime: 'application/octet-stream', ending: '.bin' };
  if (isJson(decode(bytes))) return { kind: 'json', mime: 'application/json', ending: '.json' };
  return { kind: 'text', mime: 'text/plain', ending: '.txt' };
}

/** The beginning of a payload for people. Megabytes cost about as much as kilobytes. */
export function preview(bytes: Uint8Array, limit = previewLimit): Preview {
  const type = classify(bytes);
  const { text, cut } = show(type, bytes, limit);
  return { ...type, text, cut, size: bytes.length };
}

/** The whole payload as a document: JSON with indentation, everything else as it is. */
export function toDocument(bytes: Uint8Array): Uint8Array {
  return classify(bytes).kind === 'json' ? new TextEncoder().encode(`${prettyJson(decode(bytes)).text}\n`) : bytes;
}

/** Offset, sixteen bytes, and what of them can be read. */
export function hexDump(bytes: Uint8Array): string {
  const rows = Array.from({ length: Math.ceil(bytes.length / 16) }, (_, row) => hexRow(bytes.subarray(row * 16, row * 16 + 16), row * 16));
  return rows.join('\n');
}

function show({ kind }: PayloadType, bytes: Uint8Array, limit: number): { text: string; cut: boolean } {
  if (kind === 'empty' || kind === 'image') return { text: '', cut: false };
  const cut = bytes.length > limit;
  if (kind === 'json') return prettyJson(decode(bytes), limit);
  // Lines of a dump are four times as long as what they show.
  if (kind === 'binary') return { text: hexDump(bytes.subarray(0, limit / 4)), cut: bytes.length > limit / 4 };
  return { text: cutText(decode(bytes.subarray(0, limit)), limit), cut };
}

function findMagic(bytes: Uint8Array): PayloadType | undefined {
  const start = Buffer.from(bytes.subarray(0, 16)).toString('hex');
  const found = magics.find(([magic]) => new RegExp(`^${magic}`).test(start));
  return found && { kind: found[1], mime: found[2], ending: found[3] };
}

function isJson(text: string): boolean {
  if (!/^\s*["[{\-\dtfn]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** `stream` leaves out a character that the cut went through. */
function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes, { stream: true });
}

function hexRow(bytes: Uint8Array, offset: number): string {
  const pairs = [...bytes].map((byte) => byte.toString(16).padStart(2, '0'));
  const hex = `${pairs.slice(0, 8).join(' ')}  ${pairs.slice(8).join(' ')}`.padEnd(48);
  const text = [...bytes].map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
  return `${offset.toString(16).padStart(8, '0')}  ${hex}  ${text}`;
}
