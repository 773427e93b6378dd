import type { FunctionSpec } from './spec';

/** The folder that a function runs from has gone. */
export class MissingFolder extends Error {
  override readonly name = 'MissingFolder';

  constructor(name: string, folder: string) {
    super(`The folder ${folder} that ${name} runs from is not there: put it back, or deploy ${name} from where it is now.`);
  }
}

/** Tells the runtime clients where the code of a live function is. They take it out of the environment before the function sees it. */
export function liveVariables({ runtime, live }: FunctionSpec): Readonly<Record<string, string>> {
  if (!live) return {};
  if (runtime.startsWith('nodejs')) return live.root ? { _FUNCTION_ROOT: live.root } : {};
  if (!runtime.startsWith('python')) return {};
  return { _FUNCTION_PYCACHE: live.compiled, ...(live.venv ? { _FUNCTION_PACKAGES: live.venv.packages } : {}) };
}
