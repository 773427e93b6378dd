import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readText } from './files';
import { LogGroup, type GroupFacts } from './logGroup';
import { LogHub } from './logHub';
import { UnreadableFile } from './recordFolder';

const sweepMs = 5 * 60_000;
const removed = 'removed-';
const totalBytes = 4 * 1024 * 1024 * 1024;

/** The log groups. All calls are synchronous: an event that was appended is on disk, and readable, at once. */
export class LogStore {
  readonly hub = new LogHub();
  readonly #folder: string;
  readonly #groups = new Map<string, LogGroup>();
  readonly #maxBytes: number;
  readonly #sweeper: NodeJS.Timeout;
  readonly #sweepSoon: () => void;
  readonly #unread = new Set<string>();
  /** Bytes since the last sweep. */
  #grown = 0;
  #lastId = 0;

  /** `maxBytes` is what all logs together may take on disk; the oldest streams make room. */
  constructor(folder: string, warn: (line: string) => void, maxBytes = totalBytes) {
    this.#folder = folder;
    this.#maxBytes = maxBytes;
    this.#sweeper = setInterval(() => this.#trySweep(warn), sweepMs).unref();
    this.#sweepSoon = () => void setImmediate(() => this.#trySweep(warn));
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(folder)) this.#load(path.join(folder, name), warn);
  }

  /** Sorted by name. */
  list(): readonly LogGroup[] {
    return [...this.#groups.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  get(name: string): LogGroup | undefined {
    return this.#groups.get(name);
  }

  /** The group of that name, made if there is none. Throws `UnreadableFile`. */
  ensure(name: string): LogGroup {
    return this.#groups.get(name) ?? this.#create(name);
  }

  write(group: LogGroup, facts: GroupFacts): void {
    const file = path.join(group.folder, 'group.json');
    try {
      writeFileSync(`${file}.tmp`, JSON.stringify(facts), { mode: 0o600 });
      renameSync(`${file}.tmp`, file);
    } catch (error) {
      rmSync(`${file}.tmp`, { force: true });
      throw error;
    }
    group.facts = facts;
  }

  /** Wholly or, when it is killed, not at all: half a group would come back. */
  remove(group: LogGroup): void {
    group.close();
    const aside = path.join(this.#folder, `${removed}${randomBytes(6).toString('hex')}`);
    renameSync(group.folder, aside);
    group.removeAll();
    this.#groups.delete(group.name);
    rmSync(aside, { recursive: true, force: true });
  }

  nextId(): number {
    return (this.#lastId = Math.max(Date.now() * 1000, this.#lastId + 1));
  }

  // Not while it is written: what is swept may be what is written to.
  grew(bytes: number): void {
    this.#grown += bytes;
    if (this.#grown < this.#maxBytes / 16) return;
    this.#grown = 0;
    this.#sweepSoon();
  }

  /** What all logs take on disk. */
  get bytes(): number {
    return this.list().reduce((sum, group) => sum + group.bytes, 0);
  }

  /** Takes from disk what is out of retention, and the oldest streams while all together are too large. */
  sweep(): void {
    for (const group of this.list()) group.expire();
    let bytes = this.bytes;
    if (bytes <= this.#maxBytes) return;
    const streams = this.list().flatMap((group) => group.streams().map((stream) => ({ group, stream })));
    for (const { group, stream } of streams.filter((one) => !one.stream.isOpen).sort((a, b) => a.stream.created - b.stream.created)) {
      if (bytes <= this.#maxBytes) return;
      bytes -= stream.bytes;
      group.remove(stream.name);
    }
  }

  #trySweep(warn: (line: string) => void): void {
    try {
      this.sweep();
    } catch (error) {
      warn(`Old log events could not be removed: ${String(error)}`);
    }
  }

  close(): void {
    clearInterval(this.#sweeper);
    for (const group of this.#groups.values()) group.close();
  }

  #create(name: string): LogGroup {
    const facts: GroupFacts = { format: 1, name, created: Date.now() };
    const group = new LogGroup(path.join(this.#folder, folderName(name)), facts, this);
    const file = path.join(group.folder, 'group.json');
    if (this.#unread.has(file) && existsSync(file)) throw new UnreadableFile(file);
    mkdirSync(group.folder, { recursive: true, mode: 0o700 });
    this.write(group, facts);
    this.#groups.set(name, group);
    return group;
  }

  #load(folder: string, warn: (line: string) => void): void {
    if (path.basename(folder).startsWith(removed)) return rmSync(folder, { recursive: true, force: true });
    const file = path.join(folder, 'group.json');
    try {
      const facts = readFacts(file);
      if (facts) this.#groups.set(facts.name, new LogGroup(folder, facts, this));
    } catch (error) {
      this.#unread.add(file);
      warn(`The log group in ${folder} cannot be read: ${String(error)}`);
    }
  }
}

// A kill between the folder and its first file leaves an empty folder, and a machine that lost its power an empty file: the
// group is made again when it is needed, with what else lies there.
function readFacts(file: string): GroupFacts | undefined {
  const text = readText(file);
  if (!text) return undefined;
  const facts = JSON.parse(text) as Omit<GroupFacts, 'format'> & { readonly format: number };
  if (facts.format !== 1) throw new Error(`its format ${String(facts.format)} is not known here`);
  if (typeof facts.created !== 'number' || folderName(facts.name) !== path.basename(path.dirname(file))) throw new Error('it is not whole, or that of another group');
  return { ...facts, format: 1 };
}

function folderName(name: string): string {
  const readable = name.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '').slice(0, 60);
  return `${readable}-${createHash('sha256').update(name).digest('hex').slice(0, 12)}`;
}
