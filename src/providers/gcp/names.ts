import { ProviderError } from '../../core/errors';
import type { FunctionRef } from '../../core/provider';

export interface Place {
  readonly project: string;
  readonly location: string;
}

/** https://cloud.google.com/resource-manager/docs/creating-managing-projects; old projects have a domain before a colon. */
export const projectPattern = /^(?:[a-z0-9][a-z0-9.-]{0,60}:)?[a-z][a-z0-9-]{2,40}$/;
export const locationPattern = /^[a-z]+(?:-[a-z0-9]+)*\d*$/;

/** The project that a scope's id names, and its location where it is one of that alone. Throws `ProviderError`. */
export function parseScope(scope: string): { project: string; location?: string } {
  const [project = '', location, ...more] = scope.split('/');
  const isPlace = location === undefined || (locationPattern.test(location) && location.length <= 40);
  // Both become parts of an address.
  if (projectPattern.test(project) && isPlace && more.length === 0) return location === undefined ? { project } : { project, location };
  throw new ProviderError('invalid', `"${scope}" is no Google Cloud scope; write it as project/location, for example my-project/europe-west1.`);
}

/** Where a function is. Throws `ProviderError` when its scope names a whole project. */
export function placeOf(ref: FunctionRef): Place {
  const { project, location } = parseScope(ref.scope);
  if (location !== undefined) return { project, location };
  throw new ProviderError('invalid', `"${ref.scope}" names no location for ${ref.name}; write the scope as project/location, for example ${project}/europe-west1.`);
}

/** The full name that Google's API gives a function. */
export function fullName(ref: FunctionRef): string {
  return `${parentName(placeOf(ref))}/functions/${plainName(ref.name)}`;
}

/** The full name of the Cloud Run service behind a function: a service's name admits neither capitals nor underscores. */
export function serviceName(ref: FunctionRef): string {
  return `${parentName(placeOf(ref))}/services/${plainName(ref.name).toLowerCase().replaceAll('_', '-')}`;
}

export function parentName({ project, location }: Place): string {
  return `projects/${project}/locations/${location}`;
}

/** The parts of a full name; `undefined` when it is none. */
export function parseName(name: string): (Place & { readonly name: string }) | undefined {
  const [, project, location, id] = /^projects\/([^/]+)\/locations\/([^/]+)\/(?:functions|services)\/([^/]+)$/.exec(name) ?? [];
  return project !== undefined && location !== undefined && id !== undefined ? { project, location, name: id } : undefined;
}

function plainName(name: string): string {
  if (/^[A-Za-z][\w-]{0,62}$/.test(name)) return name;
  throw new ProviderError('invalid', `"${name}" cannot be a function's name in Google Cloud; use letters, digits, hyphens and underscores, at most 63, a letter first.`);
}
