/**
 * The contract between Function Deck and a system that runs functions, and the values that cross it.
 *
 * Everything here is plain data or a plain interface: no editor, no cloud SDK, no provider's name. Times are `Date`s in
 * UTC, sizes are bytes unless the name says otherwise, durations are milliseconds unless the name says otherwise.
 */

/** One account-and-place to look in: a profile and region, a project and location, the local runtime. */
export interface Scope {
  readonly id: string;
  readonly label: string;
  readonly description?: string;
}

/** Names one function. Plain data, so it survives JSON: a tree item's id and every command's argument. */
export interface FunctionRef {
  readonly provider: string;
  readonly scope: string;
  readonly name: string;
  readonly qualifier?: string;
}

/** What a list row knows of a function. A member that the provider did not tell is `undefined`, never a guess. */
export interface CloudFunction {
  readonly ref: FunctionRef;
  readonly runtime?: string;
  readonly handler?: string;
  readonly memoryMb?: number;
  readonly timeoutSeconds?: number;
  readonly updatedAt?: Date;
  /** base64 of the SHA-256 of the deployment package, as `DeploymentPackage.hash` has it. */
  readonly codeHash?: string;
  readonly codeBytes?: number;
  /** Where the function answers HTTP, if it does. */
  readonly url?: string;
  readonly state?: 'active' | 'pending' | 'failed' | 'inactive';
  /** Why it is not active, in the provider's words. */
  readonly stateReason?: string;
  /** The provider's own full name of the function, for example an ARN. */
  readonly resourceName?: string;
  /** The function's page in the provider's console. */
  readonly consoleUrl?: string;
}

/** Required on every call, so no caller can forget the signal. An abort rejects with `AbortError`. */
export interface CallOptions {
  readonly signal: AbortSignal;
}

export interface DeployOptions extends CallOptions {
  /** Tells the user where the deploy stands; `fraction` is 0 to 1 of the whole deploy. */
  readonly report: (step: string, fraction?: number) => void;
}

/** How a function is set up. Members left out stay as they are on an update and take the provider's default on a create. */
export interface FunctionSettings {
  readonly runtime?: string;
  readonly handler?: string;
  readonly memoryMb?: number;
  readonly timeoutSeconds?: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly description?: string;
  /** The identity that the function runs as, as `RolesFacet` names it. */
  readonly role?: string;
  readonly architecture?: 'x86_64' | 'arm64';
}

/** A source folder made ready to upload. */
export interface DeploymentPackage {
  /** A zip; the same input gives the same bytes. */
  readonly bytes: Uint8Array;
  /** base64 of the SHA-256 of `bytes`. */
  readonly hash: string;
  /** Paths in the zip, with `/`, sorted. */
  readonly files: readonly string[];
}

export interface DeployRequest {
  readonly ref: FunctionRef;
  readonly settings: FunctionSettings;
  readonly package: DeploymentPackage;
}

export type InvokeMode = 'sync' | 'async' | 'dryRun';

export interface InvokeRequest {
  /** The event: UTF-8 JSON for every provider so far. */
  readonly payload: Uint8Array;
  /** `sync` (the default) waits for the result, `async` returns once the event is queued, `dryRun` checks only. */
  readonly mode?: InvokeMode;
  /** The function's own timeout, when known: the client waits longer than that and no shorter. */
  readonly timeoutSeconds?: number;
}

/** What is known of an invocation beside its outcome. */
export interface InvokeFacts {
  /** The HTTP status that the provider answered with. */
  readonly status?: number;
  readonly requestId?: string;
  readonly version?: string;
  readonly durationMs?: number;
  readonly billedMs?: number;
  readonly memoryMb?: number;
  readonly maxMemoryMb?: number;
  /** How long the cold start took; `undefined` on a warm call. */
  readonly initMs?: number;
  /** Estimated price of this call in US dollars; free tiers and discounts are not counted. */
  readonly costUsd?: number;
  /** Whose price that is, when the call itself is charged by nobody: "on AWS Lambda". */
  readonly costBasis?: string;
  /** The log of just this call: raw lines without their line ends. */
  readonly log?: readonly string[];
  /** Whether `log` is cut at its start, because the provider sends only the end. */
  readonly logCut?: boolean;
}

/** The function's own failure: what it threw, how it died, or that it ran out of time. */
export interface FunctionError {
  readonly type: string;
  readonly message: string;
  /** Raw stack lines, as the function's runtime wrote them. */
  readonly stack: readonly string[];
  /** The raw answer. */
  readonly payload: Uint8Array;
}

/** The function's own crash is an answer, not an exception: only a failed call throws. */
export type InvokeResult = InvokeFacts &
  ({ readonly ok: true; readonly payload: Uint8Array } | { readonly ok: false; readonly error: FunctionError });

export type Severity = 'debug' | 'info' | 'warning' | 'error';

export interface LogEvent {
  /** Unique within the function's log and the same at every read. */
  readonly id: string;
  readonly at: Date;
  readonly message: string;
  /** When the service took the event in, by the service's clock. */
  readonly ingestedAt?: Date;
  readonly stream?: string;
  readonly severity?: Severity;
  /** Set on a line that the tail itself adds: a gap that was filled or could not be, a late event, a lost connection. */
  readonly mark?: 'late' | 'filled' | 'gap' | 'sampled' | 'waiting';
}

export interface TailOptions extends CallOptions {
  /** Ends the stream once everything up to then has been read; without it the tail follows until aborted. */
  readonly until?: Date;
}

/** A list in the scaffold wizard: a kind of trigger, with source files and a sample event that fits it. */
export interface Template {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  /** Codicon id. */
  readonly icon: string;
  readonly languages: readonly TemplateLanguage[];
  /** The sample event as JSON text. */
  event(): Promise<string>;
}

export interface TemplateLanguage {
  readonly id: 'python' | 'javascript' | 'typescript';
  readonly label: string;
  /** The value for the manifest's `runtime`. */
  readonly runtime: string;
  /** The value for the manifest's `handler`. */
  readonly handler: string;
  /** Path of the handler's file below the source folder, with `/`. */
  readonly entry: string;
  /** Source files by path below the source folder, with `/`; `{{name}}` stands for the function's name. */
  files(): Promise<Readonly<Record<string, string>>>;
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

export interface ConfigFacet {
  /** `undefined` when there is no such function. */
  read(ref: FunctionRef, options: CallOptions): Promise<FunctionConfig | undefined>;
  /** Returns when the change is in force. Rejects with kind `conflict` if `revision` is no longer the current one. */
  write(ref: FunctionRef, change: FunctionSettings, revision: string | undefined, options: CallOptions): Promise<FunctionConfig>;
}

export interface FunctionVersion {
  readonly version: string;
  readonly at?: Date;
  readonly description?: string;
}

export interface VersionsFacet {
  list(ref: FunctionRef, options: CallOptions): AsyncIterable<readonly FunctionVersion[]>;
  publish(ref: FunctionRef, options: CallOptions): Promise<FunctionVersion>;
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
  /** In the order to ask for them. Asks no server. */
  settings(options: CallOptions): Promise<readonly ConfigureSetting[]>;
}

/** An identity that a function may run as. */
export interface Role {
  /** The value for `FunctionSettings.role`. */
  readonly id: string;
  readonly label: string;
}

/** Present where a new function must be given an identity. */
export interface RolesFacet {
  list(scope: string, options: CallOptions): Promise<readonly Role[]>;
  /** Makes a role that lets a function write its log and nothing else. */
  create(scope: string, functionName: string, options: CallOptions): Promise<Role>;
}

export interface FunctionProvider {
  readonly id: string;
  readonly label: string;
  /** Codicon id. */
  readonly icon?: string;
  readonly templates: readonly Template[];
  /** Whether a deploy leaves this machine, so that the user is asked first. */
  readonly remote?: boolean;
  /** Node modules that a runtime brings along, so that a package need not: names, or `@scope/*`. */
  readonly runtimeModules?: (runtime: string) => readonly string[];

  scopes(options: CallOptions): Promise<readonly Scope[]>;
  /** One page per request; the next request is made only when the next page is asked for. */
  list(scope: Scope, options: CallOptions): AsyncIterable<readonly CloudFunction[]>;

  /** Creates or updates; returns when the new code serves. Uploads nothing when the deployed package is the same. */
  deploy?(request: DeployRequest, options: DeployOptions): Promise<CloudFunction>;
  remove?(ref: FunctionRef, options: CallOptions): Promise<void>;
  /** Sends exactly once. */
  invoke?(ref: FunctionRef, request: InvokeRequest, options: CallOptions): Promise<InvokeResult>;
  /** Log events as they come, oldest first within a batch, none lost and none twice. */
  tail?(ref: FunctionRef, since: Date, options: TailOptions): AsyncIterable<readonly LogEvent[]>;

  // facets: groups of calls that come or stay away together
  readonly code?: CodeFacet;
  readonly config?: ConfigFacet;
  readonly versions?: VersionsFacet;
  readonly triggers?: TriggersFacet;
  readonly metrics?: MetricsFacet;
  readonly roles?: RolesFacet;
  readonly configure?: ConfigureFacet;
}

type OptionalKeys<T> = { [K in keyof T]-?: undefined extends T[K] ? K : never }[keyof T];

/** A name of something that a provider may or may not be able to do. */
export type Capability = Exclude<OptionalKeys<FunctionProvider>, 'icon' | 'remote' | 'runtimeModules'>;

/** Whether a provider can do something: the one test that menus, commands and the compiler use. */
export function supports<C extends Capability>(
  provider: FunctionProvider,
  capability: C,
): provider is FunctionProvider & Required<Pick<FunctionProvider, C>> {
  return provider[capability] !== undefined;
}

/** A stable text for a function: the same function gives the same text. */
export function refKey(ref: FunctionRef): string {
  return [ref.provider, ref.scope, ref.name, ref.qualifier ?? ''].map(encodeURIComponent).join('/');
}
