import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import type { CloudFunction, FunctionConfig } from '../../core/provider';
import type { Connection } from './client';
import { consoleUrl } from './console';

/** A function as a server described it; `undefined` without a name. Members of a wrong type are left out, not passed on. */
export function toFunction(connection: Connection, row: unknown): CloudFunction | undefined {
  if (typeof row !== 'object' || row === null) return undefined;
  const raw = row as { readonly [K in keyof FunctionConfiguration]: unknown };
  const name = text(raw.FunctionName);
  if (name === undefined) return undefined;
  const { access, architectures } = connection;
  architectures.set(name, architecture(raw.Architectures) ?? 'x86_64');
  return {
    ref: { provider: access.provider, scope: access.scope, name },
    runtime: text(raw.Runtime) ?? (raw.PackageType === 'Image' ? 'container image' : undefined),
    handler: text(raw.Handler),
    memoryMb: number(raw.MemorySize),
    timeoutSeconds: number(raw.Timeout),
    updatedAt: date(raw.LastModified),
    codeHash: text(raw.CodeSha256),
    codeBytes: number(raw.CodeSize),
    ...state(raw),
    resourceName: text(raw.FunctionArn),
    consoleUrl: access.endpoint('lambda') ? undefined : consoleUrl(access.region, name),
  };
}

/** The same with the settings that only a description of a single function has. */
export function toConfig(connection: Connection, raw: FunctionConfiguration): FunctionConfig | undefined {
  const row = toFunction(connection, raw);
  return (
    row && {
      ...row,
      description: text(raw.Description),
      role: text(raw.Role),
      architecture: architecture(raw.Architectures),
      environment: variables(raw.Environment?.Variables),
      revision: text(raw.RevisionId),
    }
  );
}

const states: Readonly<Record<string, CloudFunction['state']>> = {
  Active: 'active',
  Pending: 'pending',
  Inactive: 'inactive',
  Failed: 'failed',
};

function state(raw: { readonly [K in keyof FunctionConfiguration]: unknown }): Pick<CloudFunction, 'state' | 'stateReason'> {
  if (raw.LastUpdateStatus === 'Failed') return { state: 'failed', stateReason: text(raw.LastUpdateStatusReason) };
  if (raw.LastUpdateStatus === 'InProgress') return { state: 'pending', stateReason: text(raw.LastUpdateStatusReason) };
  return { state: states[text(raw.State) ?? ''], stateReason: text(raw.StateReason) };
}

function architecture(value: unknown): 'x86_64' | 'arm64' | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : undefined;
  return first === 'x86_64' || first === 'arm64' ? first : undefined;
}

function variables(value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(Object(value) as object).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.fromEntries(entries);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

function date(value: unknown): Date | undefined {
  const at = new Date(text(value) ?? NaN);
  return Number.isNaN(at.getTime()) ? undefined : at;
}
