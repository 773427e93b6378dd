import type { Architecture, FunctionConfiguration, Runtime, UpdateFunctionConfigurationCommandInput } from '@aws-sdk/client-lambda';
import type { FunctionSettings } from '../../core/provider';

export type Configuration = Omit<UpdateFunctionConfigurationCommandInput, 'FunctionName' | 'RevisionId'>;

/** The contract's settings in Lambda's words; members left out stay left out. */
export function toConfiguration(settings: FunctionSettings): Configuration {
  const all: Configuration = {
    // The server knows better than the SDK's list which runtimes there are.
    Runtime: settings.runtime as Runtime | undefined,
    Handler: settings.handler,
    MemorySize: settings.memoryMb,
    Timeout: settings.timeoutSeconds,
    Description: settings.description,
    Role: settings.role,
    Environment: settings.environment && { Variables: { ...settings.environment } },
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** The part of the wanted configuration that is not so yet; `undefined` when all of it is. */
export function difference(wanted: Configuration, current: FunctionConfiguration): Configuration | undefined {
  const entries = Object.entries(wanted).filter(([key, value]) => !same(value, current[key as keyof FunctionConfiguration]));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function same(wanted: unknown, current: unknown): boolean {
  if (typeof wanted !== 'object') return wanted === (current ?? (wanted === '' ? '' : undefined));
  return JSON.stringify(sorted(wanted)) === JSON.stringify(sorted(current ?? { Variables: {} }));
}

/** The variables of an `Environment` in the order of their names. */
function sorted(value: unknown): unknown {
  const { Variables } = value as { Variables?: Record<string, string> };
  return Object.entries(Variables ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The architecture to send along with new code; `undefined` when it stays. */
export function newArchitecture(settings: FunctionSettings, current: FunctionConfiguration): Architecture[] | undefined {
  const wanted = settings.architecture;
  return wanted === undefined || wanted === (current.Architectures?.[0] ?? 'x86_64') ? undefined : [wanted];
}
