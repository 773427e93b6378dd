import { getLocation, parse } from 'jsonc-parser';
import type { EventFormat } from '../provider';

/** A member that an event of a format may have. */
export interface EventKey {
  readonly name: string;
  /** Its value as the body of a snippet. */
  readonly value: string;
  readonly description: string;
}

/** The members that can be added where the cursor is, and the text that they take the place of. */
export interface KeyPlace {
  readonly start: number;
  readonly end: number;
  /** Whether a value stands behind it already. */
  readonly hasValue: boolean;
  readonly keys: readonly EventKey[];
}

/** https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#context-attributes */
const cloudevent: readonly EventKey[] = [
  { name: 'specversion', value: '"1.0"', description: 'Version of CloudEvents; required' },
  { name: 'id', value: '"${1:1}"', description: 'Different for each event of a source; required' },
  { name: 'source', value: '"${1://example.com/source}"', description: 'Where it happened; required' },
  { name: 'type', value: '"${1:com.example.event}"', description: 'What happened; required' },
  { name: 'subject', value: '"$1"', description: 'What it happened to, within the source' },
  { name: 'time', value: '"${1:2026-01-01T00:00:00Z}"', description: 'When it happened' },
  { name: 'datacontenttype', value: '"${1:application/json}"', description: 'What the data is' },
  { name: 'data', value: '{$1}', description: 'What is to be told of it' },
];

const http: readonly EventKey[] = [
  { name: 'method', value: '"${1|GET,POST,PUT,PATCH,DELETE,HEAD,OPTIONS|}"', description: 'GET when left out' },
  { name: 'path', value: '"/$1"', description: 'Below the address of the function; / when left out' },
  { name: 'query', value: '{ "$1": "$2" }', description: 'Parameters behind the ?: a text each, or a list of texts' },
  { name: 'headers', value: '{ "$1": "$2" }', description: 'A text each' },
  { name: 'body', value: '{$1}', description: 'A text as it is, anything else as JSON' },
];

const known: Readonly<Record<EventFormat, readonly EventKey[]>> = { json: [], http, cloudevent };

/** What can be typed as the name of a member of the event itself; `undefined` anywhere else. */
export function keyPlace(format: EventFormat, text: string, offset: number): KeyPlace | undefined {
  const { path, isAtPropertyKey, previousNode } = getLocation(text, offset);
  if (!isAtPropertyKey || path.length !== 1) return undefined;
  const isInside = previousNode !== undefined && offset >= previousNode.offset && offset <= previousNode.offset + previousNode.length;
  const [start, end] = isInside ? [previousNode.offset, previousNode.offset + previousNode.length] : [offset, offset];
  const there = new Set(Object.keys((parse(text) ?? {}) as object));
  const keys = known[format].filter(({ name }) => !there.has(name) || text.slice(start, end) === `"${name}"`);
  return { start, end, hasValue: /^\s*:/.test(text.slice(end)), keys };
}
