import { denied, serviceDisabled } from './errors';
import type { FakeProject } from './project';

/** Refuses when the project's API is off or the caller lacks the permission there. */
export function admitTo(project: FakeProject, service: string, permission: string | undefined, resource: string): void {
  if (project.disabledServices.has(service)) throw serviceDisabled(service, project.id, project.number);
  if (permission && project.denied.has(permission)) throw denied(permission, `//${service}${resource}`);
}
