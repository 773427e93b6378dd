/**
 * The contract between Function Deck and a system that runs functions, and the values that cross it.
 *
 * Everything here is plain data or a plain interface: no editor, no cloud SDK, no provider's name. Times are `Date`s in
 * UTC, sizes are bytes unless the name says otherwise, durations are milliseconds unless the name says otherwise.
 */

import type { Facets, FunctionConfig, PackagingRules, Question } from './facets';

export type * from './facets';

/** One account-and-place to look in: a profile and region, a project and location, the local runtime. */
export interface Scope {
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  /** More than fits beside the label. */
  readonly details?: string;
  /** Present where the scope is made of smaller ones: their ids, and the scopes of the functions listed, begin with it. */
  readonly prefix?: string;
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
  /** Which of the scope's smaller ones it is in, as the user reads it: a region. */
  readonly place?: string;
  /** What calls it, in the provider's words. */
  readonly calledBy?: string;
  /** What an event for it is; JSON of any shape when left out. */
  readonly takes?: EventFormat;
  /** What its provider can do, but not with this function. */
  readonly cannot?: readonly Capability[];
  /** Why not, and what to do about it. */
  readonly hint?: string;
  /** Where the function answers HTTP, if it does. */
  readonly url?: string;
  readonly state?: 'active' | 'pending' | 'failed' | 'inactive';
  /** Why it is not active, in the provider's words. */
  readonly stateReason?: string;
  /** The provider's own full name of the function, for example an ARN. */
  readonly resourceName?: string;
  /** The function's page in the provider's console. */
  readonly consoleUrl?: string;
  /** The folder that it runs from, so that what is saved there runs on the next call; absolute. */
  readonly liveFrom?: string;
  /** What really runs it, where that is another version than `runtime` says: `Python 3.11.7`. */
  readonly runsOn?: string;
}

/** JSON of any shape, an HTTP request (see `invocation/httpRequest.ts`), or a CloudEvent (https://cloudevents.io). */
export type EventFormat = 'json' | 'http' | 'cloudevent';

/** A part of a scope's list. */
export interface ListPage {
  readonly functions: readonly CloudFunction[];
  /** Why functions may be missing, when a part of the scope could not be asked. */
  readonly problem?: Error;
  /** Ids of the scopes that could not be asked: what was known of them stays true. */
  readonly unread?: readonly string[];
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
  /** The identity that the function runs as, for example a role or a service account. */
  readonly role?: string;
  readonly architecture?: 'x86_64' | 'arm64';
  /** Virtual processors; a fraction is allowed where the provider allows it. */
  readonly cpu?: number;
  /** How many calls one instance works on at once. */
  readonly concurrency?: number;
  readonly minInstances?: number;
  readonly maxInstances?: number;
  /** Environment variables that the provider fills from its own secret store: name to reference, never a value. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** How the handler is called where that is not the provider's own way, as `TemplateLanguage.signature` has it. */
  readonly signature?: string;
  readonly trigger?: TriggerSetting;
  /** Who may call it over HTTP: everyone, or only who the provider knows and allows. */
  readonly access?: 'public' | 'private';
}

/** What calls a function: a kind that its provider knows, with that kind's options, for example a topic. */
export type TriggerSetting = { readonly kind: string } & Readonly<Record<string, string>>;

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
  /** The event: UTF-8 JSON, of the function's `EventFormat`. */
  readonly payload: Uint8Array;
  /** `sync` (the default) waits for the result, `async` returns once the event is queued, `dryRun` checks only. */
  readonly mode?: InvokeMode;
  /** The function's own timeout, when known: the client waits longer than that and no shorter. */
  readonly timeoutSeconds?: number;
}

/** How a function answered an HTTP request. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
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
  /** Present when the function answered an HTTP request. */
  readonly response?: HttpResponse;
  /** What only becomes known after the answer, such as the log where it travels another way; `undefined` when nothing did in time. */
  readonly later?: (options: CallOptions) => Promise<LaterFacts | undefined>;
}

/** Facts of an invocation that replace or join those that came with its answer. */
export type LaterFacts = Omit<InvokeFacts, 'later'> & {
  /** What the log tells of a failure that the answer itself did not explain. */
  readonly error?: Omit<FunctionError, 'payload'>;
};

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
  /** Who wrote it: the function (when left out), a request log, or the platform around the function. */
  readonly origin?: 'function' | 'request' | 'platform';
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
  /** What its sample event is; JSON of any shape when left out. */
  readonly takes?: EventFormat;
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
  /** The value for the manifest's `signature`, when the handler is called in another way than a Lambda function's. */
  readonly signature?: string;
  /** Path of the handler's file below the source folder, with `/`. */
  readonly entry: string;
  /** Source files by path below the source folder, with `/`; `{{name}}` stands for the function's name. */
  files(): Promise<Readonly<Record<string, string>>>;
}

/** A codicon's id, or absolute paths of a picture for light and for dark themes. */
export type Icon = string | { readonly light: string; readonly dark: string };

export interface FunctionProvider extends Facets {
  readonly id: string;
  readonly label: string;
  readonly icon?: Icon;
  readonly templates: readonly Template[];
  /** How handlers may be called that it runs, as `TemplateLanguage.signature` has it; Lambda's way alone when left out. */
  readonly signatures?: readonly string[];
  /** Whether a deploy leaves this machine, so that the user is asked first. */
  readonly remote?: boolean;
  readonly packaging?: PackagingRules;
  /** The members of `FunctionSettings` that it has; others in a manifest are left out there, and the user is told. */
  readonly settings?: readonly (keyof FunctionSettings)[];
  /** How it can be called; `sync` alone when left out. */
  readonly invokeModes?: readonly InvokeMode[];
  /** Settings as the function would show them when deployed, so that equal ones compare equal; those that it would not show are left out. */
  readonly asKept?: (settings: FunctionSettings, ref: FunctionRef, deployed: FunctionConfig | undefined) => FunctionSettings;
  /** What has to be decided next for a new function; `undefined` when nothing is open. */
  readonly nextQuestion?: (ref: FunctionRef, settings: FunctionSettings) => Question | undefined;
  /** What a deploy changes beside the function itself, one sentence each. */
  readonly alsoChanges?: (ref: FunctionRef, settings: FunctionSettings, deployed: FunctionConfig | undefined) => readonly string[];

  scopes(options: CallOptions): Promise<readonly Scope[]>;
  /** One page per request; the next request is made only when the next page is asked for. */
  list(scope: Scope, options: CallOptions): AsyncIterable<ListPage>;

  /** Creates or updates; returns when the new code serves. Uploads nothing when the deployed package is the same. */
  deploy?(request: DeployRequest, options: DeployOptions): Promise<CloudFunction>;
  remove?(ref: FunctionRef, options: CallOptions): Promise<void>;
  /** Sends exactly once. */
  invoke?(ref: FunctionRef, request: InvokeRequest, options: CallOptions): Promise<InvokeResult>;
  /** Log events as they come, oldest first within a batch, none lost and none twice. */
  tail?(ref: FunctionRef, since: Date, options: TailOptions): AsyncIterable<readonly LogEvent[]>;
}

/** A name of something that a provider may or may not be able to do. */
export type Capability = 'deploy' | 'remove' | 'invoke' | 'tail' | keyof Facets;

/** Whether a provider can do something: the one test that menus, commands and the compiler use. */
export function supports<C extends Capability>(
  provider: FunctionProvider,
  capability: C,
): provider is FunctionProvider & Required<Pick<FunctionProvider, C>> {
  return provider[capability] !== undefined;
}

/** Whether a function is in a scope, be it in a smaller one. */
export function isIn(ref: Pick<FunctionRef, 'scope'>, scope: Pick<Scope, 'id' | 'prefix'>): boolean {
  return ref.scope === scope.id || (scope.prefix !== undefined && ref.scope.startsWith(scope.prefix));
}

/** A stable text for a function: the same function gives the same text. */
export function refKey(ref: FunctionRef): string {
  return [ref.provider, ref.scope, ref.name, ref.qualifier ?? ''].map(encodeURIComponent).join('/');
}
