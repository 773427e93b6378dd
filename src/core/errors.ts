export type ErrorKind =
  | 'auth'
  | 'denied'
  | 'notFound'
  | 'invalid'
  | 'conflict'
  | 'throttled'
  | 'network'
  | 'unsupported'
  | 'unknown';

/** What can be told of a failure beside its sentence. */
export interface ErrorFacts {
  readonly cause?: unknown;
  /** The program, with its arguments, that lets the user sign in where that is the cure. */
  readonly signIn?: readonly string[] | undefined;
  /** Whether it is certain that the other side did nothing: it never saw the request, or turned it away. */
  readonly untaken?: boolean;
  /** The other side's own lines about it, for example of a build that failed. */
  readonly lines?: readonly string[] | undefined;
  /** Address of a page that tells more. */
  readonly page?: string | undefined;
}

/** The one error that leaves a provider: `message` is one sentence with the cure in it. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly signIn: ErrorFacts['signIn'];
  readonly untaken: boolean;
  readonly lines: ErrorFacts['lines'];
  readonly page: ErrorFacts['page'];

  constructor(
    readonly kind: ErrorKind,
    message: string,
    facts: ErrorFacts = {},
  ) {
    super(message, facts);
    this.signIn = facts.signIn;
    this.untaken = facts.untaken ?? false;
    this.lines = facts.lines;
    this.page = facts.page;
  }
}

/** A mistake in the user's own files or input: `message` is one sentence with the cure in it; `file` is where to look. */
export class InputError extends Error {
  override readonly name = 'InputError';

  constructor(
    message: string,
    readonly place?: { readonly file: string; readonly line?: number; readonly column?: number },
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
  }
}

// By name, not by class: each provider is a bundle of its own, and another extension's provider brings its own class.
export function isProviderError(error: unknown): error is ProviderError {
  return error instanceof Error && error.name === 'ProviderError' && 'kind' in error;
}

export function isInputError(error: unknown): error is InputError {
  return error instanceof Error && error.name === 'InputError';
}

/** Whether an error only says that the caller gave up. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** Throws `AbortError` if the caller gave up. */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new DOMException('The operation was cancelled.', 'AbortError');
}
