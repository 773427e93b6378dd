import { handlerModule } from '../../core/handlerModule';
import type { FunctionConfig, FunctionRef, FunctionSettings } from '../../core/provider';
import { placeOf } from './names';
import { fromGoogle, toGoogle } from './runtimes';
import { fromSecrets, toSecrets } from './secretNames';
import { fromTrigger, type Home, toTrigger } from './triggers';

/** The settings that a function has here. */
export const settings = [
  'runtime', 'handler', 'memoryMb', 'timeoutSeconds', 'environment', 'description', 'role', 'cpu', 'concurrency',
  'minInstances', 'maxInstances', 'secrets', 'signature', 'trigger', 'access',
] as const;

/** Set by Google itself in every new function, so that log lines tell which call wrote them. */
export const ownVariable = 'LOG_EXECUTION_ID';
/** https://cloud.google.com/docs/buildpacks/service-specific-configs: where a Python handler's file is not `main.py`. */
export const sourceVariable = 'GOOGLE_FUNCTION_SOURCE';

/** Settings as a deployed function would show them. */
export function asKept(wanted: FunctionSettings, ref: FunctionRef, deployed: FunctionConfig | undefined): FunctionSettings {
  const home = placeOf(ref);
  return shorten(wanted, { home, own: [home.project], was: deployed ?? {} });
}

/** What short forms depend on. */
interface Around {
  readonly home: Home;
  /** The names of the own project: its id and, where it is known, its number. */
  readonly own: readonly string[];
  /** As deployed; empty for a new function. */
  readonly was: FunctionSettings;
}

/** Every setting in the form in which a deployed function is read; those that it would not show are left out. */
export function shorten(wanted: FunctionSettings, { home, own, was }: Around): FunctionSettings {
  const { runtime, secrets, trigger, access } = wanted;
  const changed: FunctionSettings = {
    runtime: runtime && fromGoogle(toGoogle(runtime)),
    handler: shortHandler(wanted, was),
    environment: wanted.environment && shortEnvironment(wanted.environment),
    secrets: secrets && fromSecrets(toSecrets(secrets), own),
    trigger: trigger && fromTrigger(toTrigger(trigger, home), home),
    // Events alone call a function with such a trigger.
    access: ((trigger ?? was.trigger)?.kind ?? 'http') === 'http' ? access : undefined,
  };
  const all = { ...wanted, ...changed, architecture: undefined, signature: undefined };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** Of a handler Google keeps the name that is called; a Python file is a variable of the build, unless it is `main.py`. */
function shortHandler({ handler, runtime }: FunctionSettings, was: FunctionSettings): string | undefined {
  if (handler === undefined) return undefined;
  const { module, member } = handlerModule(handler);
  if (!isPython(runtime ?? was.runtime)) return member;
  const kept = moduleOf(module) || handlerModule(was.handler ?? '').module;
  return kept === '' || kept === 'main' ? member : `${kept}.${member}`;
}

function shortEnvironment({ [ownVariable]: own, ...variables }: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return own === undefined || own === 'true' ? variables : { ...variables, [ownVariable]: own };
}

export function isPython(runtime: string | undefined): boolean {
  return /^python/.test(runtime ?? '');
}

/** `app/main.py` as a handler names it: `app.main`. */
export function moduleOf(file: string): string {
  return file.replace(/^\.\//, '').replace(/\.py$/, '').replaceAll('/', '.');
}
