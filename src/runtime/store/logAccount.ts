import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isMissing } from './files';
import { UnreadableFile } from './recordFolder';

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
}

interface Facts {
  readonly format: 1;
  /** Sorted by name, as destinations are. */
  readonly policies: readonly ResourcePolicy[];
  readonly destinations: readonly LogDestination[];
}

/** What the logs API keeps that belongs to no group. All calls are synchronous, as those about groups are. */
export class LogAccount {
  readonly #file: string;
  #facts: Facts = { format: 1, policies: [], destinations: [] };
  #isUnread = false;

  /** `warn` is told of a file that cannot be read, which stays as it is. */
  constructor(file: string, warn: (line: string) => void) {
    this.#file = file;
    try {
      this.#facts = parse(readFileSync(file, 'utf8'));
    } catch (error) {
      if (isMissing(error)) return;
      this.#isUnread = true;
      warn(`What is in ${file} cannot be read: ${String(error)}`);
    }
  }

  get policies(): readonly ResourcePolicy[] {
    return this.#facts.policies;
  }

  get destinations(): readonly LogDestination[] {
    return this.#facts.destinations;
  }

  putPolicy(policy: ResourcePolicy): void {
    this.#write({ policies: sorted([...this.policies.filter((one) => one.name !== policy.name), policy]) });
  }

  removePolicy(name: string): void {
    this.#write({ policies: this.policies.filter((one) => one.name !== name) });
  }

  putDestination(destination: LogDestination): void {
    this.#write({ destinations: sorted([...this.destinations.filter((one) => one.name !== destination.name), destination]) });
  }

  removeDestination(name: string): void {
    this.#write({ destinations: this.destinations.filter((one) => one.name !== name) });
  }

  #write(change: Partial<Facts>): void {
    if (this.#isUnread && existsSync(this.#file)) throw new UnreadableFile(this.#file);
    const facts = { ...this.#facts, ...change };
    writeFileSync(`${this.#file}.tmp`, JSON.stringify(facts), { mode: 0o600 });
    renameSync(`${this.#file}.tmp`, this.#file);
    this.#facts = facts;
  }
}

function parse(text: string): Facts {
  const { format, policies = [], destinations = [] } = JSON.parse(text) as Partial<Facts>;
  if (format !== 1) throw new Error(`its format ${String(format)} is not known here`);
  if (!Array.isArray(policies) || !Array.isArray(destinations)) throw new Error('a part of it is no list');
  return { format, policies, destinations };
}

function sorted<T extends { readonly name: string }>(items: readonly T[]): readonly T[] {
  return [...items].sort((a, b) => (a.name < b.name ? -1 : 1));
}
