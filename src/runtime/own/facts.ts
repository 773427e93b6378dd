import type { OwnOperation } from './index';

/** What is known of functions that Lambda's API has no member for: by name, and only of those of which there is something to tell. */
export interface FunctionFacts {
  /** The folder that it runs from, absolute. */
  readonly folder?: string;
  /** What really runs it, when that is another version than the function declares: `python 3.11.7`. */
  readonly runsOn?: string;
}

export const facts: OwnOperation = () => ({ status: 200, body: {} });
