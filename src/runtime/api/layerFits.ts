import type { LayerVersionRecord } from '../store/layers';
import type { Input } from './call';
import { validation, validations, violation } from './errors';
import { everKnown, supported } from './runtimeNames';

// What a layer fits is kept, told and filtered by; nothing is refused for it.

const architectures = ['x86_64', 'arm64'];

type Fits = Pick<LayerVersionRecord, 'runtimes' | 'architectures'>;

/** What a layer is said to fit. */
export function fitsOf(input: Input): Fits {
  const runtimes = listOf(input, 'CompatibleRuntimes');
  const machines = listOf(input, 'CompatibleArchitectures');
  const found = [
    ...long(runtimes, 15, 'compatibleRuntimes'),
    ...odd(runtimes, everKnown, 'compatibleRuntimes', `Member must satisfy enum value set: [${supported.join(', ')}]`),
    ...long(machines, architectures.length, 'compatibleArchitectures'),
    ...odd(machines, architectures, 'compatibleArchitectures', `Member must satisfy constraint: [Member must satisfy enum value set: [${architectures.join(', ')}], Member must not be null]`),
  ];
  if (found.length) throw validations(found);
  return { runtimes, architectures: machines };
}

/** Whether a version fits what a list is to be of. */
export function matches(query: URLSearchParams): (version: LayerVersionRecord) => boolean {
  const runtime = choice(query, 'CompatibleRuntime', everKnown);
  const architecture = choice(query, 'CompatibleArchitecture', architectures);
  return (version) => (!runtime || version.runtimes?.includes(runtime) === true) && (!architecture || version.architectures?.includes(architecture) === true);
}

function choice(query: URLSearchParams, member: string, among: readonly string[]): string | null {
  const value = query.get(member);
  if (value === null || among.includes(value)) return value;
  throw validation(value, `c${member.slice(1)}`, `Member must satisfy enum value set: [${among.join(', ')}]`);
}

function listOf(input: Input, member: string): readonly string[] | undefined {
  const value = input[member];
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value;
  throw validation(JSON.stringify(value), `c${member.slice(1)}`, 'Member must be a list of texts');
}

function long(list: readonly string[] = [], most: number, member: string): readonly string[] {
  return list.length > most ? [violation(`[${list.join(', ')}]`, member, `Member must have length less than or equal to ${most}`)] : [];
}

function odd(list: readonly string[] | undefined, among: readonly string[], member: string, constraint: string): readonly string[] {
  if (!list || list.every((one) => among.includes(one))) return [];
  return [violation(`[${list.join(', ')}]`, member, constraint)];
}
