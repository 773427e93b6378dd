import type { Manifest, Target } from './manifest';
import type { FunctionSettings } from './provider';

/** What a manifest and one of its targets say of the function; `environment` has the manifest's variables with their secrets filled in. */
export function manifestSettings(manifest: Manifest, target: Target, environment: Readonly<Record<string, string>>): FunctionSettings {
  const { runtime, handler, description, architecture, cpu, concurrency, minInstances, maxInstances, secrets, signature } = manifest;
  const { role, trigger, access } = target;
  return {
    ...{ runtime, handler, description, architecture, cpu, concurrency, minInstances, maxInstances, secrets, signature },
    ...{ role, trigger, access },
    memoryMb: manifest.memory,
    timeoutSeconds: manifest.timeout,
    // A manifest that says nothing about the environment leaves the deployed one alone.
    environment: manifest.environment && environment,
  };
}
