/** The facets of a provider: groups of calls that come or stay away together, and the questions it may ask. */
import type { CallOptions, CloudFunction, FunctionRef, FunctionSettings, Scope } from './provider';

/** The code that is deployed. */
export interface CodeFacet {
  /** The deployed package, a zip. */
  download(ref: FunctionRef, options: CallOptions): Promise<Uint8Array>;
}

/** Settings as deployed, with what is needed to change them safely. */
export type FunctionConfig = CloudFunction &
  FunctionSettings & {
    /** Changes with every write; hand it back to `write` to be told of a change by somebody else. */
    readonly revision?: string;
  };

export interface ReadOptions extends CallOptions {
  /** Whether the caller compares code: then a hash is worth asking for that the function's own description does not have. */
  readonly forCode?: boolean;
}

export interface ConfigFacet {
  /** `undefined` when there is no such function. */
  read(ref: FunctionRef, options: ReadOptions): Promise<FunctionConfig | undefined>;
  /** Returns when the change is in force. Rejects with kind `conflict` if `revision` is no longer the current one. */
  write(ref: FunctionRef, change: FunctionSettings, revision: string | undefined, options: CallOptions): Promise<FunctionConfig>;
}

export interface FunctionVersion {
  readonly version: string;
  readonly at?: Date;
  readonly description?: string;
  /** Percent of the calls that it gets. */
  readonly share?: number;
  readonly state?: CloudFunction['state'];
  readonly stateReason?: string;
}

export interface VersionsFacet {
  /** Newest first. */
  list(ref: FunctionRef, options: CallOptions): AsyncIterable<readonly FunctionVersion[]>;
  /** Keeps the function as it is now under a number; present where that is not done by every deploy. */
  publish?(ref: FunctionRef, options: CallOptions): Promise<FunctionVersion>;
  /** Shares the calls out among versions, in percent that add up to 100; returns when that is in force. */
  route?(ref: FunctionRef, shares: Readonly<Record<string, number>>, options: CallOptions): Promise<void>;
}

export interface Trigger {
  readonly id: string;
  readonly kind: string;
  readonly label: string;
}

export interface TriggersFacet {
  list(ref: FunctionRef, options: CallOptions): Promise<readonly Trigger[]>;
}

export interface MetricsFacet {
  invocations(ref: FunctionRef, since: Date, until: Date, options: CallOptions): Promise<readonly { readonly at: Date; readonly count: number }[]>;
}

/** A setting that says where a provider looks, with what it can be. */
export interface ConfigureSetting {
  /** Below `functionDeck.`. */
  readonly key: string;
  /** `many`: the setting is a list of texts; `one`: it is a single text. */
  readonly kind: 'many' | 'one';
  readonly label: string;
  /** What it means that nothing is picked. */
  readonly whenEmpty: string;
  /** What is known to fit, for the user to pick from. */
  readonly values: readonly { readonly value: string; readonly note?: string }[];
  /** The setting as it is now. */
  readonly picked: readonly string[];
  /** What a text must look like that the user types instead. */
  readonly pattern: RegExp;
  readonly example: string;
}

/** Present where the user has a choice of places to look in. */
export interface ConfigureFacet {
  /** In the order to ask for them. */
  settings(options: CallOptions): Promise<readonly ConfigureSetting[]>;
}

/** Present where a scope is made of smaller ones, of which a new function needs one. */
export interface PlacesFacet {
  list(scope: string, options: CallOptions): Promise<readonly Scope[]>;
}

/** Something that a new function needs and a source folder does not tell: who it runs as, what calls it, who may. */
export interface Question {
  /** The setting that the answer is for, which the manifest's target remembers. */
  readonly setting: 'role' | 'trigger' | 'access';
  readonly title: string;
  readonly placeholder: string;
  /** Answers that can be offered at once. */
  readonly choices: readonly Choice[];
  /** Answers that a server has to be asked for. */
  readonly more?: (options: CallOptions) => Promise<readonly Choice[]>;
}

/** A possible answer. */
export interface Choice {
  readonly label: string;
  readonly detail?: string;
  /** Codicon id. */
  readonly icon?: string;
  /** What is to be typed when it is chosen, by name. */
  readonly fields?: readonly ChoiceField[];
  /** The answer with the typed texts in it; of what has yet to be made, what it will be called. */
  answer(typed: Readonly<Record<string, string>>, options: CallOptions): Promise<Answer>;
  /** Makes what the answer names, once the user has agreed to the whole plan, and answers for good. */
  make?(typed: Readonly<Record<string, string>>, options: CallOptions): Promise<Answer>;
}

export interface ChoiceField {
  readonly name: string;
  readonly prompt: string;
  readonly example: string;
  readonly pattern: RegExp;
}

/** The value for the question's setting. */
export type Answer = Pick<FunctionSettings, Question['setting']>;

/** How a source folder is made ready for a provider. */
export interface PackagingRules {
  /** Whether the provider itself installs what package.json or requirements.txt list, so that a package holds none of it. */
  readonly builds?: boolean;
  /** Node modules that a runtime brings along, so that a package need not: names, or `@scope/*`. */
  readonly provided?: (runtime: string) => readonly string[];
}
