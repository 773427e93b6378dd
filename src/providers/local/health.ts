import { get, type IncomingMessage, type RequestOptions } from 'node:http';
import { finished } from 'node:stream/promises';

/** Where a local runtime answers and what it wants to see. */
export interface Live {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const healthMs = 3_000;

/** Reads what a runtime prints when it starts, or has written down; `undefined` when it is not that. */
export function parseLive(text: string): Live | undefined {
  const { endpoint, accessKeyId, secretAccessKey } = object(text);
  if (typeof endpoint !== 'string' || typeof accessKeyId !== 'string' || typeof secretAccessKey !== 'string') return undefined;
  // The key goes nowhere but to this machine.
  return /^http:\/\/127\.0\.0\.1:\d+\/?$/.test(endpoint) ? { endpoint, accessKeyId, secretAccessKey } : undefined;
}

/** The same of what a runtime has written down, unless its process has ended: then something else may have its port, and gets no key. */
export function parseWritten(text: string): Live | undefined {
  const { pid } = object(text);
  return typeof pid === 'number' && isAlive(pid) ? parseLive(text) : undefined;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It may be there and not ours to signal.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function object(text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

/** Whether the runtime answers to its key: after a crash something else may listen on its port. */
export async function isHealthy(live: Live): Promise<boolean> {
  try {
    const response = await request(live, '/function-deck/health', { signal: AbortSignal.timeout(healthMs) });
    response.resume();
    await finished(response);
    return response.statusCode === 200;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}

/** The answer's headers; its body is the caller's to read. */
export function request(live: Live, path: string, options: RequestOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${live.accessKeyId}` };
    get(new URL(path, live.endpoint), { agent: false, headers, ...options }, resolve).on('error', reject);
  });
}
