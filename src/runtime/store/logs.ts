import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isMissing } from './files';
import { LogGroup, type GroupFacts } from './logGroup';
import { LogHub } from './logHub';

/** The log groups. All calls are synchronous: an event that was appended is on disk, and readable, at once. */
export class LogStore {
  readonly hub = new LogHub();
  readonly #folder: string;
  readonly #groups = new Map<string, LogGroup>();

  constructor(folder: string, warn: (line: string) => void) {
    this.#folder = folder;
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

  /** The group of that name, made if there is none. */
  ensure(name: string): LogGroup {
    return this.#groups.get(name) ?? this.#create(name);
  }

  write(group: LogGroup, facts: GroupFacts): void {
    const file = path.join(group.folder, 'group.json');
    writeFileSync(`${file}.tmp`, JSON.stringify(facts), { mode: 0o600 });
    renameSync(`${file}.tmp`, file);
    group.facts = facts;
  }

  remove(group: LogGroup): void {
    group.close();
    this.#groups.delete(group.name);
    rmSync(group.folder, { recursive: true, force: true });
  }

  close(): void {
    for (const group of this.#groups.values()) group.close();
  }

  #create(name: string): LogGroup {
    const facts: GroupFacts = { format: 1, name, created: Date.now() };
    const group = new LogGroup(path.join(this.#folder, folderName(name)), facts, this.hub);
    mkdirSync(group.folder, { recursive: true, mode: 0o700 });
    this.write(group, facts);
    this.#groups.set(name, group);
    return group;
  }

  #load(folder: string, warn: (line: string) => void): void {
    try {
      const facts = JSON.parse(readFileSync(path.join(folder, 'group.json'), 'utf8')) as GroupFacts;
      this.#groups.set(facts.name, new LogGroup(folder, facts, this.hub));
    } catch (error) {
      // A kill between the folder and its first file leaves an empty folder; it is filled when the group is made again.
      if (!isMissing(error)) warn(`The log group in ${folder} cannot be read: ${String(error)}`);
    }
  }
}

function folderName(name: string): string {
  const readable = name.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '').slice(0, 60);
  return `${readable}-${createHash('sha256').update(name).digest('hex').slice(0, 12)}`;
}
