import { ProviderError } from '../../core/errors';
import type { CallOptions, FunctionRef, Trigger, TriggersFacet } from '../../core/provider';
import type { Live } from './health';
import { askRuntime, type OwnRequest } from './own';

/** The members of the facet that ask the runtime. */
export type TriggerMembers = Required<Omit<TriggersFacet, 'kinds'>>;

/** What calls the functions of the local runtime. */
export function triggers(ensure: (options: CallOptions) => Promise<Live>): TriggerMembers {
  const ask = async (request: OwnRequest, options: CallOptions): Promise<unknown> => askRuntime(await ensure(options), request, options);
  return {
    list: async (ref, options) => {
      const found = await ask({ method: 'GET', path: path(ref) }, options);
      if (!Array.isArray(found)) throw unexpected();
      return found.map(toTrigger);
    },
    add: async (ref, trigger, options) => toTrigger(await ask({ method: 'POST', path: path(ref), body: trigger }, options)),
    enable: async (ref, id, isOn, options) => toTrigger(await ask({ method: 'PUT', path: path(ref, id), body: { enabled: isOn } }, options)),
    remove: async (ref, id, options) => {
      await ask({ method: 'DELETE', path: path(ref, id) }, options);
    },
  };
}

function path({ name }: FunctionRef, id?: string): string {
  return ['triggers', name, ...(id === undefined ? [] : [id])].map(encodeURIComponent).join('/');
}

function toTrigger(value: unknown): Trigger {
  const { id, kind, label, enabled } = Object(value) as Partial<Trigger>;
  if (typeof id !== 'string' || typeof kind !== 'string' || typeof label !== 'string' || typeof enabled !== 'boolean') throw unexpected();
  return value as Trigger;
}

function unexpected(): ProviderError {
  return new ProviderError('unknown', 'The local runtime tells of triggers in a way that is not known here; reload the window, so that both are of one version.');
}
