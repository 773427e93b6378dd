import assert from 'node:assert/strict';
import { CreateFunctionCommand, type CreateFunctionCommandInput, type Runtime } from '@aws-sdk/client-lambda';
import { zipSync, strToU8, type Zippable } from 'fflate';
import { role, type RunningRuntime } from './harness';

export interface Result { readonly statusCode: number; readonly headers: Record<string, string>; readonly cookies?: readonly string[]; readonly body: string; readonly isBase64Encoded: boolean }
export interface Failure { readonly errorType: string; readonly errorMessage: string; readonly trace?: readonly string[]; readonly stackTrace?: readonly string[] }
type Answer = Awaited<ReturnType<RunningRuntime['call']>>;

/** Puts one package on a runtime, as a function for each of its handlers that a test calls. */
export class HandlerPackage {
  static #count = 0;
  readonly #zip: Uint8Array;

  constructor(readonly runtime: RunningRuntime, readonly kind: Runtime, files: Zippable) {
    this.#zip = zipSync(files);
  }

  /** Creates the function and answers its name. */
  async deploy(signature: string, handler: string, more: Partial<CreateFunctionCommandInput> = {}): Promise<string> {
    const name = `${handler.replaceAll(/[^a-z]/gi, '-')}-${HandlerPackage.#count++}`;
    await this.runtime.lambda.send(new CreateFunctionCommand({ FunctionName: name, Role: role, Runtime: this.kind, Handler: `${signature}:${handler}`, Code: { ZipFile: this.#zip }, ...more }));
    return name;
  }

  async call(signature: string, handler: string, event: unknown = {}): Promise<Answer> {
    return this.runtime.call(await this.deploy(signature, handler), event);
  }

  /** What the function answers, which must not be a failure. */
  async answer<T = Result>(signature: string, handler: string, event: unknown = {}): Promise<T> {
    const { error, body, text } = await this.call(signature, handler, event);
    assert.equal(error, undefined, text);
    return body as T;
  }

  async fail(signature: string, handler: string, event: unknown = {}): Promise<Failure & { log: string }> {
    const { error, body, log } = await this.call(signature, handler, event);
    assert.equal(error, 'Unhandled');
    return { ...(body as Failure), log };
  }
}

export function files(texts: Record<string, string>): Zippable {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, strToU8(text)]));
}

/** The same request as a function URL's event. */
export function urlEvent(method: string, rawPath: string, { query = '', headers = {}, cookies, body }: { query?: string; headers?: Record<string, string>; cookies?: readonly string[]; body?: string } = {}): object {
  return { version: '2.0', routeKey: '$default', rawPath, rawQueryString: query, headers, cookies, requestContext: { http: { method, path: rawPath } }, body, isBase64Encoded: false };
}

/** That an error shows the function's own line first and nothing of what called it. */
export function assertOwnFrames({ trace = [] }: Failure, file: string, source: string, mark: string): void {
  const line = source.split('\n').findIndex((each) => each.includes(mark)) + 1;
  assert.match(trace[1] ?? '', new RegExp(`${file.replace('.', '\\.')}:${line}:\\d+\\)?$`));
  assert.ok(!trace.join().match(/bootstrap|@azure|node:internal|node:_http/), trace.join('\n'));
}
