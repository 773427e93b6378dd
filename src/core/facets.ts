/** The facets of a provider: groups of calls that come or stay away together, and the questions it may ask. */
import type { CallOptions, CloudFunction, DeployOptions, FunctionRef, FunctionSettings, Scope, TriggerSetting } from './provider';

/** Groups of calls that come or stay away together. */
export interface Facets {
  readonly code?: CodeFacet;
  readonly config?: ConfigFacet;
  readonly versions?: VersionsFacet;
  readonly triggers?: TriggersFacet;
  readonly metrics?: MetricsFacet;
  readonly configure?: ConfigureFacet;
  readonly places?: PlacesFacet;
  readonly live?: LiveFacet;
  readonly debug?: DebugFacet;
}

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

/** Something that calls a function. */
export interface Trigger {
  /** Unique among the function's triggers. */
  readonly id: string;
  /** As in `TriggerKind.id`. */
  readonly kind: string;
  /** What tells it from others of its kind: `every 5 minutes`, a folder, an address. */
  readonly label: string;
  /** Codicon id. */
  readonly icon?: string;
  readonly enabled: boolean;
  /** Why it does not work although it is enabled, or what it did last. */
  readonly note?: string;
  /** Where it can be reached over HTTP. */
  readonly url?: string;
  /** What `add` needs to make it again. */
  readonly setting?: TriggerSetting;
}

/** A kind of trigger that can be added. */
export interface TriggerKind {
  readonly id: string;
  readonly label: string;
  readonly detail: string;
  /** Codicon id. */
  readonly icon: string;
  /** What is to be typed for it, by name; the names are the options of its `TriggerSetting`. */
  readonly fields: readonly ChoiceField[];
}

export interface TriggersFacet {
  list(ref: FunctionRef, options: CallOptions): Promise<readonly Trigger[]>;
  /** The kinds that `add` takes; present together with the three below. */
  readonly kinds?: readonly TriggerKind[];
  /** Adds a trigger, which is off until it is enabled. */
  add?(ref: FunctionRef, trigger: TriggerSetting, options: CallOptions): Promise<Trigger>;
  remove?(ref: FunctionRef, id: string, options: CallOptions): Promise<void>;
  enable?(ref: FunctionRef, id: string, isOn: boolean, options: CallOptions): Promise<Trigger>;
}

/** What a function that runs from its source folder is set up with. */
export interface LinkRequest {
  readonly ref: FunctionRef;
  readonly settings: FunctionSettings;
  /** The source folder, absolute. */
  readonly folder: string;
}

/** Present where a function can run straight from a folder of this machine: what is saved there runs on the next call. */
export interface LiveFacet {
  /** Creates the function or changes it, so that it runs from the folder; a later `deploy` puts a package in its place. */
  link(request: LinkRequest, options: DeployOptions): Promise<CloudFunction>;
}

/** A process of a function that waits for a debugger before it loads the function's code. */
export interface DebugProcess {
  readonly language: 'node' | 'python';
  /** On the loopback interface: the inspector's port (Node), or a debug adapter's (Python's debugpy). */
  readonly port: number;
  readonly pid: number;
  /** Where the code is that the process loads, absolute; the source folder itself when the function is live. */
  readonly folder: string;
  /** Where that is which was made of the code in the folder, with source maps that lead back; absolute. */
  readonly built?: string;
}

export interface DebugOptions extends CallOptions {
  /** Folder that holds the `debugpy` package, for a Python that has none of its own. */
  readonly debugpy?: string;
  /** Variables for the function beside its own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Called once calls go to a process with a debugger, before there is one. */
  readonly ready?: () => void;
}

/** Present where a function's processes run on this machine and can be debugged. */
export interface DebugFacet {
  /**
   * For as long as it is iterated, calls of the function run one after the other, in a process that each time is told
   * here as soon as a debugger can attach. Throws `ProviderError` of kind `unsupported` for a language without a debugger.
   */
  processes(ref: FunctionRef, options: DebugOptions): AsyncIterable<DebugProcess>;
  /** Stops the clock of the call that runs while the debugger holds it, or has it go on. */
  hold(ref: FunctionRef, isHeld: boolean, options: CallOptions): Promise<void>;
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
  /** Whether it may be left empty. */
  readonly isOptional?: boolean;
  /** Whether it is a folder of this machine, absolute. */
  readonly isFolder?: boolean;
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
