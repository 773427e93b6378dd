import type { CloudFunction, EventFormat, FunctionSettings } from '../../core/provider';
import type { LambdaMembers } from '../aws/lazy';

/** How handlers may be called, with what their events are. The runtime is told by a prefix of the handler: `functions-framework/http:main.hello`. */
const formats: Readonly<Record<string, EventFormat | undefined>> = {
  lambda: undefined,
  'functions-framework/http': 'http',
  'functions-framework/cloudevent': 'cloudevent',
};

export const signatures = Object.keys(formats);

/** Settings with the signature where the runtime looks for it. */
export function toRuntime({ signature, ...settings }: FunctionSettings): FunctionSettings {
  const isPlain = signature === undefined || signature === 'lambda' || settings.handler === undefined;
  return isPlain ? settings : { ...settings, handler: `${signature}:${settings.handler}` };
}

/** A function as the runtime tells of it, with its handler and signature apart. */
export function fromRuntime<T extends CloudFunction & FunctionSettings>(fn: T): T {
  const [, prefix = 'lambda', handler] = /^(?:([a-z-]+\/[a-z]+):)?(.*)$/s.exec(fn.handler ?? '') ?? [];
  return { ...fn, handler: handler || undefined, signature: prefix, takes: formats[prefix] };
}

/** The members of what speaks Lambda's API, for functions of every signature. */
export function withSignatures(members: LambdaMembers): LambdaMembers {
  const { list, deploy, config } = members;
  return {
    ...members,
    list: async function* (scope, options) {
      for await (const page of list(scope, options)) yield { ...page, functions: page.functions.map(fromRuntime) };
    },
    deploy: async (request, options) => fromRuntime(await deploy({ ...request, settings: toRuntime(request.settings) }, options)),
    config: {
      read: async (ref, options) => {
        const found = await config.read(ref, options);
        return found && fromRuntime(found);
      },
      write: async (ref, change, revision, options) => fromRuntime(await config.write(ref, toRuntime(change), revision, options)),
    },
  };
}
