import type { World } from '../api/call';
import type { FunctionRecord } from '../store/records';
import type { OwnOperation } from './index';

/** What is known of functions that Lambda's API has no member for: by name, and only of those of which there is something to tell. */
export interface FunctionFacts {
  /** The folder that it runs from, absolute. */
  readonly folder?: string;
  /** What really runs it, when that is another version than the function declares: `Python 3.11.7`. */
  readonly runsOn?: string;
}

/** All functions, or with `?name=` one. */
export const facts: OwnOperation = ({ world, query }) => {
  const name = query.get('name');
  const record = name === null ? undefined : world.functions.get(name);
  const records = name === null ? world.functions.list() : record ? [record] : [];
  const told = records.map((one) => [one.name, factsOf(world, one)] as const).filter(([, { folder, runsOn }]) => folder ?? runsOn);
  return { status: 200, body: Object.fromEntries(told) };
};

function factsOf(world: World, { latest }: FunctionRecord): FunctionFacts {
  const { folder, runtime } = latest;
  const version = world.engine.version(runtime, folder && world.live.interpreter({ ...latest, folder }));
  return { folder, runsOn: version && otherThan(runtime, version) };
}

function otherThan(runtime: string, version: string): string | undefined {
  const [, language = '', declared = ''] = /^([a-z]+)(\d+(?:\.\d+)?)/.exec(runtime) ?? [];
  if (!declared || version === declared || version.startsWith(`${declared}.`)) return undefined;
  return `${language === 'python' ? 'Python' : 'Node.js'} ${version}`;
}
