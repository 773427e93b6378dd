import type { ByQualifier, FunctionRecord } from '../store/records';

/** The function without all that was said of one version or alias. */
export function without(record: FunctionRecord, qualifier: string): FunctionRecord {
  return {
    ...record,
    policies: drop(record.policies, qualifier),
    provisioned: drop(record.provisioned, qualifier),
    eventConfigs: drop(record.eventConfigs, qualifier),
    urls: drop(record.urls, qualifier),
  };
}

/** `undefined` when nothing is left. */
export function drop<T>(map: ByQualifier<T> | undefined, qualifier: string): ByQualifier<T> | undefined {
  const rest = Object.entries(map ?? {}).filter(([name]) => name !== qualifier);
  return rest.length ? Object.fromEntries(rest) : undefined;
}

/** What was said of one version or alias; names like `constructor` are names here. */
export function own<T>(map: ByQualifier<T> | undefined, qualifier: string): T | undefined {
  return map && Object.hasOwn(map, qualifier) ? map[qualifier] : undefined;
}
