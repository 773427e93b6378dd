import type * as vscode from 'vscode';
import type { Disposable } from '../core/emitter';
import type { FunctionProvider } from '../core/provider';
import type { FunctionReader, FunctionService } from '../core/service';

/** What `activate` returns, for other extensions: `vscode.extensions.getExtension('function-deck.function-deck')?.exports`. */
export interface FunctionDeckApi {
  /** Version of the extension, as in its `package.json`. */
  readonly version: string;
  /** Adds a provider to the tree, the commands and the log channels until the answer is disposed. Throws when its id is taken. */
  registerProvider(provider: FunctionProvider): Disposable;
  /** The read side of the shared service: providers, scopes, functions, triggers, and news of what was deployed, removed or invoked. */
  readonly functions: FunctionReader;
}

export function createApi(service: FunctionService, extension: vscode.Extension<unknown>): FunctionDeckApi {
  const { version } = extension.packageJSON as { version: string };
  return {
    version,
    registerProvider: (provider) => service.register(provider),
    functions: {
      onDidChange: service.onDidChange,
      get providers() {
        return service.providers;
      },
      scopes: (provider, options) => service.scopes(provider, options),
      list: (provider, scope, options) => service.list(provider, scope, options),
      describe: (ref, options) => service.describe(ref, options),
      triggers: (ref, options) => service.triggers(ref, options),
    },
  };
}
