import { oneLine } from '../../core/link';

/** What is looked at in an error of the SDK, whose members differ by where it went wrong. */
export interface Failure {
  readonly name: string;
  readonly code: string;
  readonly message: string;
  /** The HTTP status, when there was an answer. */
  readonly status: number | undefined;
  readonly error: unknown;
}

/** Finds them, whatever was thrown. */
export function examine(error: unknown): Failure {
  const found = Object(error) as { name?: unknown; code?: unknown; message?: unknown; $metadata?: { httpStatusCode?: unknown }; $response?: { statusCode?: unknown } };
  const status = found.$metadata?.httpStatusCode ?? found.$response?.statusCode;
  return {
    name: text(found.name),
    code: text(found.code),
    message: oneLine(text(found.message)),
    status: typeof status === 'number' ? status : undefined,
    error,
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
