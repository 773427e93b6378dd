import type { EventFormat, FunctionProvider } from './provider';

/** How a handler is called where a manifest does not say it: with an event and a context, as Lambda does. */
const usual = 'lambda';

/** Whether a provider runs functions whose handlers are called in a way; the usual one when left out. */
export function runsSignature({ signatures = [usual] }: Pick<FunctionProvider, 'signatures'>, signature = usual): boolean {
  return signatures.includes(signature);
}

const formats: Readonly<Record<string, EventFormat | undefined>> = {
  'functions-framework/http': 'http',
  'functions-framework/cloudevent': 'cloudevent',
  'azure-functions/http': 'http',
  'vercel/http': 'http',
  'webtask/main': 'http',
};

/** What an event for a handler is that is called in a way. */
export function eventFormatOf(signature = usual): EventFormat {
  return formats[signature] ?? 'json';
}

/** What calls handlers in place of the platform; a function's own code may register its handlers with it. */
export interface Framework {
  readonly node: { readonly name: string; readonly range: string };
  /** Name of its Python package. */
  readonly python: string;
}

/** By the part of a signature before the slash. */
const frameworks: Readonly<Record<string, Framework | undefined>> = {
  'functions-framework': { node: { name: '@google-cloud/functions-framework', range: '^5.0.0' }, python: 'functions-framework' },
  'azure-functions': { node: { name: '@azure/functions', range: '^4.0.0' }, python: 'azure-functions' },
};

/** The framework that calls a handler, which then has to be among the function's dependencies; `undefined` when none does. */
export function frameworkOf(signature: string | undefined): Framework | undefined {
  return frameworks[signature?.split('/')[0] ?? ''];
}
