import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isMissing } from './files';
import { UnreadableFile } from './recordFolder';

type Tags = Readonly<Record<string, string>>;

export interface ResourcePolicy {
  readonly name: string;
  readonly document: string;
  readonly updated: number;
}

export interface LogDestination {
  readonly name: string;
  readonly target: string;
  readonly role: string;
  readonly policy?: string;
  readonly created: number;
  readonly tags?: Tags;
}

/** Something of another service that writes logs. */
export interface DeliverySource {
  readonly name: string;
  readonly region: string;
  readonly resource: string;
  readonly logType: string;
  readonly tags?: Tags;
}

/** Where the logs of such a source go. */
export interface DeliveryDestination {
  readonly name: string;
  readonly region: string;
  readonly type: string;
  /** ARN; traces have none. */
  readonly resource?: string;
  readonly outputFormat?: string;
  readonly policy?: string;
  readonly tags?: Tags;
}

/** A source joined to a destination. */
export interface Delivery {
  /** Its id. */
  readonly name: string;
  readonly region: string;
  readonly source: string;
  readonly destination: string;
  /** What the API was told of its form, as it was told. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly tags?: Tags;
}

/** A query that was saved. */
export interface QueryDefinition {
  /** Its id. */
  readonly name: string;
  readonly title: string;
  readonly text: string;
  readonly groups: readonly string[];
  readonly changed: number;
}

/** What the logs API keeps that belongs to no group. */
export interface LogAccountKinds {
  readonly policies: ResourcePolicy;
  readonly destinations: LogDestination;
  readonly deliverySources: DeliverySource;
  readonly deliveryDestinations: DeliveryDestination;
  readonly deliveries: Delivery;
  readonly queryDefinitions: QueryDefinition;
}

export type LogAccountKind = keyof LogAccountKinds;

/** Each sorted by name. */
type Lists = { readonly [K in LogAccountKind]: readonly LogAccountKinds[K][] };

const nothing: Lists = { policies: [], destinations: [], deliverySources: [], deliveryDestinations: [], deliveries: [], queryDefinitions: [] };

/** All of it in one file. All calls are synchronous, as those about groups are. */
export class LogAccount {
  readonly #file: string;
  #lists = nothing;
  #isUnread = false;

  /** `warn` is told of a file that cannot be read, which stays as it is. */
  constructor(file: string, warn: (line: string) => void) {
    this.#file = file;
    try {
      this.#lists = parse(readFileSync(file, 'utf8'));
    } catch (error) {
      if (isMissing(error)) return;
      this.#isUnread = true;
      warn(`What is in ${file} cannot be read: ${String(error)}`);
    }
  }

  list<K extends LogAccountKind>(kind: K): Lists[K] {
    return this.#lists[kind];
  }

  get<K extends LogAccountKind>(kind: K, name: string): LogAccountKinds[K] | undefined {
    const list: readonly LogAccountKinds[K][] = this.#lists[kind];
    return list.find((one) => one.name === name);
  }

  /** Takes the place of one with the same name. */
  put<K extends LogAccountKind>(kind: K, item: LogAccountKinds[K]): void {
    this.#write({ ...this.#lists, [kind]: sorted([...this.#without(kind, item.name), item]) });
  }

  remove(kind: LogAccountKind, name: string): void {
    this.#write({ ...this.#lists, [kind]: this.#without(kind, name) });
  }

  #without<K extends LogAccountKind>(kind: K, name: string): readonly LogAccountKinds[K][] {
    const list: readonly LogAccountKinds[K][] = this.#lists[kind];
    return list.filter((one) => one.name !== name);
  }

  #write(lists: Lists): void {
    if (this.#isUnread && existsSync(this.#file)) throw new UnreadableFile(this.#file);
    writeFileSync(`${this.#file}.tmp`, JSON.stringify({ format: 1, ...lists }), { mode: 0o600 });
    renameSync(`${this.#file}.tmp`, this.#file);
    this.#lists = lists;
  }
}

function parse(text: string): Lists {
  const { format, ...lists } = { ...nothing, ...(JSON.parse(text) as { readonly format?: unknown }) };
  if (format !== 1) throw new Error(`its format ${String(format)} is not known here`);
  if (!Object.values(lists).every((list) => Array.isArray(list))) throw new Error('a part of it is no list');
  return lists;
}

function sorted<T extends { readonly name: string }>(items: readonly T[]): readonly T[] {
  return [...items].sort((a, b) => (a.name < b.name ? -1 : 1));
}
