import type { DebugProcess } from '../../core/facets';
import type { Clock } from './clock';
import type { Logging } from './logging';

/** What the engine must know to run one version of a function. */
export interface FunctionSpec {
  readonly name: string;
  readonly version: string;
  /** Changes whenever code or settings change: environments are shared only within one revision. */
  readonly revision: string;
  readonly region: string;
  readonly runtime: string;
  readonly handler: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly variables: Readonly<Record<string, string>>;
  /** Folder of the unpacked code, or the source folder that it runs from. */
  readonly folder: string;
  /** Folder of what its layers hold, as they lie over one another; only when it has layers. */
  readonly opt?: string;
  /** Present when it runs from its source folder. */
  readonly live?: LiveSpec;
  readonly logGroup: string;
  readonly logging: Logging;
  /** Whether its environments were asked to be kept ready: it is told so. */
  readonly provisioned: boolean;
  /** So many of its calls may run at once, if it has a number of its own. */
  readonly reserved?: number;
  /** So many calls of all functions without a number of their own may run at once. */
  readonly shared: number;
  /** Present when its process is to wait for a debugger before it loads the function. */
  readonly debug?: Debugging;
}

/** What a debug session gives to the environment that it has. */
export interface Debugging {
  /** Folder that holds the `debugpy` package; of a function for Python only. */
  readonly debugpy: string | undefined;
  /** Variables for the function beside its own. */
  readonly env: Readonly<Record<string, string>>;
  /** Limits the calls and the loading of the function. */
  readonly clock: Clock;
  /** Told of a process as soon as a debugger can attach to it. */
  readonly announce: (process: DebugProcess) => void;
}

/** What running from a source folder needs beside the folder. */
export interface LiveSpec {
  /** Where its modules are loaded from, when that is not the folder: they were compiled. */
  readonly root?: string;
  /** Where Python keeps what it compiles of the folder. */
  readonly compiled: string;
  /** The folder's virtual environment of Python: the interpreter, and where its packages are. */
  readonly venv?: { readonly python: string; readonly packages: string };
}

export interface Call {
  readonly requestId: string;
  /** The ARN that the caller used, with its qualifier. */
  readonly arn: string;
  readonly payload: Uint8Array;
  readonly traceId: string;
  readonly clientContext?: string;
  /** Through how many functions it came, each called with the result or the log of the one before. */
  readonly hops?: number;
  /**
   * Takes the answer bit by bit, if the function gives it so; otherwise the whole is in the outcome. The function is
   * held up until the promise that comes back is settled.
   */
  readonly onPiece?: (piece: Buffer, contentType: string | undefined) => Promise<void> | undefined;
}

export interface Outcome {
  /** `false` when the function failed; `payload` is then the error. */
  readonly ok: boolean;
  /** How long it ran, as its report says. */
  readonly durationMs: number;
  readonly payload: Uint8Array;
  /** The last 4 kB that the call logged. */
  readonly tail: () => Uint8Array;
}
