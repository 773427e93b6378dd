import { existsSync } from 'node:fs';
import type { World } from '../api/call';
import type { FunctionRecord } from '../store/records';
import type { OwnOperation } from './index';

/** What is known of functions that Lambda's API has no member for: by name, and only of those of which there is something to tell. */
export interface FunctionFacts {
  /** The folder that it runs from, absolute. */
  readonly folder?: string;
  /** Whether that folder is not there. */
  readonly isGone?: boolean;
  /** What really runs it, when that is another version than the function declares: `Python 3.11.7`. */
  readonly runsOn?: string;
}

// The search may have begun only now, with the function's creation. A list is not held up for long.
const shortMs = 300;
const longMs = 3000;

/** All functions, or with `?name=` one. */
export const facts: OwnOperation = async ({ world, query }) => {
  const name = query.get('name');
  const record = name === null ? undefined : world.functions.get(name);
  const records = name === null ? world.functions.list() : record ? [record] : [];
  const runsOn = new Runners(world, name === null ? shortMs : longMs);
  const all = await Promise.all(records.map(async (one) => [one.name, await factsOf(one, runsOn)] as const));
  return { status: 200, body: Object.fromEntries(all.filter(([, { folder, runsOn: other }]) => folder ?? other)) };
};

async function factsOf(record: FunctionRecord, runners: Runners): Promise<FunctionFacts> {
  const { folder } = record.latest;
  return { folder, isGone: folder === undefined ? undefined : !existsSync(folder), runsOn: await runners.of(record) };
}

/** What runs functions, asked once for all that have the same. */
class Runners {
  readonly #world: World;
  readonly #versions = new Map<string, Promise<string | undefined>>();

  constructor(world: World, readonly patienceMs: number) {
    this.#world = world;
  }

  /** `undefined` when it is the version that the function declares, or not known. */
  async of({ latest: { folder, ...latest } }: FunctionRecord): Promise<string | undefined> {
    const own = folder === undefined ? undefined : this.#world.live.interpreter({ ...latest, folder });
    const key = `${latest.runtime} ${own ?? ''}`;
    const search = this.#versions.get(key) ?? this.#world.engine.version(latest.runtime, own, this.patienceMs);
    this.#versions.set(key, search);
    const version = await search;
    return version && otherThan(latest.runtime, version);
  }
}

function otherThan(runtime: string, version: string): string | undefined {
  const [, language = '', declared = ''] = /^([a-z]+)(\d+(?:\.\d+)?)/.exec(runtime) ?? [];
  if (!declared || version === declared || version.startsWith(`${declared}.`)) return undefined;
  return `${language === 'python' ? 'Python' : 'Node.js'} ${version}`;
}
