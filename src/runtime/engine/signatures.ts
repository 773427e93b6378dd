import type { FunctionSpec } from './spec';

type Variables = Readonly<Record<string, string>>;

/** The runtimes that functions other than Lambda's are written for, with the variables that each gives. */
const environments: Readonly<Record<string, (spec: FunctionSpec, signature: string, member: string) => Variables>> = {
  'functions-framework': googleVariables,
  'azure-functions': azureVariables,
  openwhisk: openwhiskVariables,
  vercel: vercelVariables,
  webtask: webtaskVariables,
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

// https://learn.microsoft.com/azure/azure-functions/functions-app-settings
function azureVariables({ folder, name, runtime }: FunctionSpec): Variables {
  return {
    AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
    AzureWebJobsScriptRoot: folder,
    FUNCTIONS_EXTENSION_VERSION: '~4',
    FUNCTIONS_WORKER_RUNTIME: runtime.startsWith('python') ? 'python' : 'node',
    WEBSITE_HOSTNAME: 'localhost:7071',
    WEBSITE_SITE_NAME: name,
  };
}

// What changes with every call is added by the adapters: https://github.com/apache/openwhisk/blob/master/docs/actions.md
function openwhiskVariables({ name, version }: FunctionSpec): Variables {
  return {
    __OW_ACTION_NAME: `/guest/${name}`,
    __OW_ACTION_VERSION: version === '$LATEST' ? '0.0.1' : `0.0.${version}`,
    __OW_API_HOST: 'http://localhost:3233',
    __OW_NAMESPACE: 'guest',
  };
}

// https://vercel.com/docs/environment-variables/system-environment-variables
function vercelVariables(): Variables {
  return { VERCEL: '1', VERCEL_ENV: 'development', VERCEL_REGION: 'dev1', VERCEL_TARGET_ENV: 'development', VERCEL_URL: 'localhost:3000' };
}

// Its own variables are a webtask's secrets; the adapter is told which they are, and takes this one away.
function webtaskVariables({ variables }: FunctionSpec): Variables {
  return { WEBTASK_SECRETS: Object.keys(variables).join(' ') };
}
