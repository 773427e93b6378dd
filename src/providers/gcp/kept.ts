import { handlerModule } from '../../core/handlerModule';
import type { FunctionSettings } from '../../core/provider';
import { fromGoogle, toGoogle } from './runtimes';
import { shortSecret } from './secretNames';
import { shortTrigger } from './triggers';

/** The settings that a function has here. */
export const settings = [
  'runtime', 'handler', 'memoryMb', 'timeoutSeconds', 'environment', 'description', 'role', 'cpu', 'concurrency',
  'minInstances', 'maxInstances', 'secrets', 'signature', 'trigger', 'access',
] as const;

/** Settings as a deployed function would show them: Google keeps of a handler only the name that is called. */
export function asKept(wanted: FunctionSettings): FunctionSettings {
  const { runtime, handler, secrets, trigger } = wanted;
  const changed: FunctionSettings = {
    runtime: runtime && fromGoogle(toGoogle(runtime)),
    handler: handler && handlerModule(handler).member,
    secrets: secrets && Object.fromEntries(Object.entries(secrets).map(([name, reference]) => [name, shortSecret(reference)])),
    trigger: trigger && shortTrigger(trigger),
  };
  const all = { ...wanted, ...changed, architecture: undefined, signature: undefined };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
