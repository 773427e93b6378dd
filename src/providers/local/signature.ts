import { toCloudEvent } from '../../core/invocation/cloudEvent';
import type { CloudFunction, ConfigFacet, EventFormat, FunctionConfig, FunctionSettings, LiveFacet } from '../../core/provider';
import { eventFormatOf } from '../../core/signature';
import type { LambdaMembers } from '../aws/lazy';

/** How handlers may be called. The runtime is told by a prefix of the handler: `functions-framework/http:main.hello`. */
export const signatures = [
  'lambda',
  'functions-framework/http',
  'functions-framework/cloudevent',
  'azure-functions/http',
  // A timer, a queue or another trigger.
  'azure-functions/event',
  'openwhisk/main',
  'vercel/http',
  'webtask/main',
];

/** Settings with the signature where the runtime looks for it. */
export function toRuntime({ signature, ...settings }: FunctionSettings): FunctionSettings {
  const isPlain = signature === undefined || signature === 'lambda' || settings.handler === undefined;
  return isPlain ? settings : { ...settings, handler: `${signature}:${settings.handler}` };
}

/** A function as the runtime tells of it, with its handler and signature apart. */
export function fromRuntime<T extends CloudFunction & FunctionSettings>(fn: T): T {
  const [, prefix = 'lambda', handler] = /^(?:([a-z-]+\/[a-z]+):)?(.*)$/s.exec(fn.handler ?? '') ?? [];
  return { ...fn, handler: handler || undefined, signature: prefix, takes: eventFormatOf(prefix) };
}

/** The members of what speaks Lambda's API, for functions of every signature. */
export function withSignatures<T extends LambdaMembers & { readonly live: LiveFacet }>(members: T): T {
  const formatOf = new Map<string, EventFormat | undefined>();
  const known = <T extends CloudFunction & FunctionSettings>(raw: T): T => {
    const fn = fromRuntime(raw);
    formatOf.set(fn.ref.name, fn.takes);
    return fn;
  };
  return {
    ...members,
    list: async function* (scope, options) {
      for await (const page of members.list(scope, options)) yield { ...page, functions: page.functions.map(known) };
    },
    deploy: async (request, options) => known(await members.deploy({ ...request, settings: toRuntime(request.settings) }, options)),
    invoke: async (ref, request, options) => {
      const format = formatOf.get(ref.name);
      const payload = format === 'cloudevent' ? toCloudEvent(request.payload) : request.payload;
      const result = await members.invoke(ref, { ...request, payload }, options);
      // Beside the response, the way in which it came through Lambda's API tells nothing.
      return result.ok && result.response && format === 'http' ? { ...result, payload: result.response.body } : result;
    },
    config: config(members.config, known),
    live: { link: async (request, options) => known(await members.live.link({ ...request, settings: toRuntime(request.settings) }, options)) },
  };
}

function config(facet: ConfigFacet, known: <T extends FunctionConfig>(raw: T) => T): ConfigFacet {
  const readKnown: ConfigFacet['read'] = async (ref, options) => {
    const found = await facet.read(ref, options);
    return found && known(found);
  };
  return {
    read: readKnown,
    write: async (ref, change, revision, options) => {
      // Handler and signature are one text there, so that neither can change without the other.
      const signature = change.handler === undefined ? undefined : (change.signature ?? (await readKnown(ref, options))?.signature);
      return known(await facet.write(ref, toRuntime({ ...change, signature }), revision, options));
    },
  };
}
