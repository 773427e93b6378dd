import type { FunctionSpec } from './spec';

type Variables = Readonly<Record<string, string>>;

/** The runtimes that functions other than Lambda's are written for, with the variables that each gives. */
const environments: Readonly<Record<string, (spec: FunctionSpec, signature: string, member: string) => Variables>> = {
  'functions-framework': googleVariables,
};

/**
 * The variables of the runtime that a function is written for, when its handler says so: `<signature>:<file>.<member>`,
 * for example `functions-framework/http:main.hello`. `undefined` for a handler of Lambda's own kind.
 */
export function foreignVariables(spec: FunctionSpec): Variables | undefined {
  const [, family = '', signature = '', member = ''] = /^([a-z-]+)\/([a-z]+):.*?([^./]*)$/s.exec(spec.handler) ?? [];
  return environments[family]?.(spec, signature, member);
}

// https://cloud.google.com/run/docs/container-contract and https://cloud.google.com/functions/docs/configuring/env-var
function googleVariables({ name }: FunctionSpec, signature: string, member: string): Variables {
  return {
    FUNCTION_TARGET: member,
    FUNCTION_SIGNATURE_TYPE: signature,
    K_SERVICE: name,
    K_REVISION: `${name}-00001-loc`,
    K_CONFIGURATION: name,
    PORT: '8080',
  };
}
