import type { Logging } from '../engine/logging';

/**
 * What is kept of a function. The version of this format is written into every file. Members that came later may be
 * missing, so that what an older runtime wrote is read as it is.
 */
export const recordFormat = 1;

/** One version of a function: its settings and which code it runs. */
export interface VersionRecord {
  /** `$LATEST` or a number. */
  readonly version: string;
  readonly revisionId: string;
  /** The revision as the API tells it, where that went on: it does when a change is complete, and when a version is published. */
  readonly shownRevision?: string;
  /** ISO 8601. */
  readonly lastModified: string;
  /** base64 of the SHA-256 of the zip; of a folder, what stands in its place. */
  readonly codeSha256: string;
  /** The folder that it runs from in place of a package, absolute; only `$LATEST` has one. */
  readonly folder?: string;
  readonly codeSize: number;
  readonly runtime: string;
  readonly handler: string;
  readonly role: string;
  readonly description: string;
  readonly timeout: number;
  readonly memorySize: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly architectures: readonly string[];
  readonly ephemeralStorage: number;
  readonly tracing: string;
  readonly logGroup: string;
  /** What it has beside its own code, the last on top of those before. */
  readonly layers?: readonly TakenLayer[];
  /** Text if it is left out. */
  readonly logging?: Logging;
  /** What is only kept and told, as in the API. */
  readonly told?: Readonly<Record<string, unknown>>;
  /** ARN of what gets the events that failed for good. */
  readonly deadLetter?: string;
  /** Of a published version: the description that $LATEST had, if the version was given another. */
  readonly sourceDescription?: string;
}

/** A version of a layer as a function has it: it stays though the layer goes. */
export interface TakenLayer {
  readonly arn: string;
  readonly codeSha256: string;
  readonly codeSize: number;
}

/** A name for a version, or for two that share the calls. */
export interface AliasRecord {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly revisionId: string;
  /** Another version, and the part of the calls that it gets, 0 to 1. */
  readonly second?: { readonly version: string; readonly weight: number };
}

/** Who may call, as it was said: nothing here asks for it. */
export interface PolicyRecord {
  readonly revisionId: string;
  readonly statements: readonly PolicyStatement[];
}

export interface PolicyStatement {
  readonly Sid: string;
  readonly [member: string]: unknown;
}

/** What becomes of events that nobody waits for. */
export interface EventConfigRecord {
  /** Milliseconds since 1970. */
  readonly lastModified: number;
  readonly retries?: number;
  readonly maxAgeSeconds?: number;
  /** ARNs. */
  readonly onSuccess?: string;
  readonly onFailure?: string;
}

export interface UrlRecord {
  readonly id: string;
  /** ISO 8601. */
  readonly created: string;
  readonly lastModified: string;
  readonly auth: 'NONE' | 'AWS_IAM';
  readonly mode: 'BUFFERED' | 'RESPONSE_STREAM';
  readonly cors?: CorsRecord;
  /** Where it was served last, to be there again after a restart. */
  readonly port?: number;
}

/** As in the API. */
export interface CorsRecord {
  readonly AllowCredentials?: boolean;
  readonly AllowHeaders?: readonly string[];
  readonly AllowMethods?: readonly string[];
  readonly AllowOrigins?: readonly string[];
  readonly ExposeHeaders?: readonly string[];
  readonly MaxAge?: number;
}

/** How many environments of a version or an alias were asked to be kept ready. */
export interface ProvisionedRecord {
  readonly requested: number;
  /** ISO 8601. */
  readonly lastModified: string;
}

/** When the runtime of a version is to be updated, and to what it is held if by hand. */
export interface RuntimeUpdateRecord {
  readonly update: string;
  readonly arn?: string;
}

/** By `$LATEST`, the number of a version or the name of an alias. */
export type ByQualifier<T> = Readonly<Record<string, T>>;

export interface FunctionRecord {
  readonly format: typeof recordFormat;
  readonly name: string;
  /** The region that it was created in: part of its ARN, and nothing else here depends on it. */
  readonly region: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly latest: VersionRecord;
  /** Published versions, oldest first. */
  readonly versions: readonly VersionRecord[];
  /** The number that the next published version gets; numbers are never used again. */
  readonly nextVersion: number;
  /** Sorted by name. */
  readonly aliases?: readonly AliasRecord[];
  /** So many of its calls may run at once, and they take no room from others. */
  readonly reserved?: number;
  readonly provisioned?: ByQualifier<ProvisionedRecord>;
  readonly runtimeUpdates?: ByQualifier<RuntimeUpdateRecord>;
  /** What is to become of loops of calls: `Terminate` if it is left out. */
  readonly recursion?: string;
  readonly policies?: ByQualifier<PolicyRecord>;
  readonly eventConfigs?: ByQualifier<EventConfigRecord>;
  readonly urls?: ByQualifier<UrlRecord>;
}

/** So many environments were asked to be kept ready for a function, for one of its versions and aliases or for all but one. */
export function provisionedOf({ provisioned = {} }: Pick<FunctionRecord, 'provisioned'>, but?: string): number {
  return Object.entries(provisioned).reduce((sum, [key, config]) => sum + (key === but ? 0 : config.requested), 0);
}
