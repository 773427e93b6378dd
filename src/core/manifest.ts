/** A named place that a source folder deploys to. */
export interface Target {
  readonly provider: string;
  readonly scope?: string;
  /** The function's name there, when it differs from the manifest's. */
  readonly name?: string;
  readonly role?: string;
  /** A protected target asks for its typed name before anything is changed. */
  readonly protected?: boolean;
}

/** A source folder's `deck.json`. */
export interface Manifest {
  readonly name: string;
  readonly runtime?: string;
  readonly handler?: string;
  readonly description?: string;
  /** MB. */
  readonly memory?: number;
  /** Seconds. */
  readonly timeout?: number;
  readonly architecture?: 'x86_64' | 'arm64';
  readonly environment?: Readonly<Record<string, string>>;
  readonly targets?: Readonly<Record<string, Target>>;
}

/** A folder whose code is deployed as one function. */
export interface SourceFolder {
  /** Absolute path. */
  readonly path: string;
  readonly manifest: Manifest;
}
