/** What is kept of a function. The version of this format is written into every file. */
export const recordFormat = 1;

/** One version of a function: its settings and which code it runs. */
export interface VersionRecord {
  /** `$LATEST` or a number. */
  readonly version: string;
  readonly revisionId: string;
  /** ISO 8601. */
  readonly lastModified: string;
  /** base64 of the SHA-256 of the zip. */
  readonly codeSha256: string;
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
}

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
}
