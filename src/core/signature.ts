import type { FunctionProvider } from './provider';

/** How a handler is called where a manifest does not say it: with an event and a context, as Lambda does. */
const usual = 'lambda';

/** Whether a provider runs functions whose handlers are called in a way; the usual one when left out. */
export function runsSignature({ signatures = [usual] }: Pick<FunctionProvider, 'signatures'>, signature = usual): boolean {
  return signatures.includes(signature);
}

/** The packages that call handlers of this kind; a function's own code may register its handlers with them. */
export const framework = { node: '@google-cloud/functions-framework', nodeRange: '^5.0.0', python: 'functions-framework' } as const;

/** Whether a handler is called by the framework, which then has to be among the function's dependencies. */
export function needsFramework(signature: string | undefined): boolean {
  return signature?.startsWith('functions-framework/') ?? false;
}
