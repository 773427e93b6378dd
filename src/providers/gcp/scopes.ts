import { ProviderError } from '../../core/errors';
import type { Scope } from '../../core/provider';
import { activeProject } from './cloudSdk';
import { projectOf, quotaProjectOf, type Source } from './credentialSource';
import { findEndpoint } from './endpoints';
import { locationPattern, projectPattern } from './names';

/** What decides which scopes there are. */
export interface Wishes {
  /** The setting `gcp.projects`; empty for the one that is chosen elsewhere. */
  readonly projects: readonly string[];
  /** The setting `gcp.locations`; empty for all. */
  readonly locations: readonly string[];
  /** The setting `gcp.endpoint`. */
  readonly endpoint: string | undefined;
  readonly environment: NodeJS.ProcessEnv;
}

/** Projects with the locations to look in. Asks no server. None when nothing tells which project is meant. */
export async function scopes(wishes: Wishes, source: Source): Promise<readonly Scope[]> {
  const projects = await chosenProjects(wishes, source);
  const locations = [...new Set(wishes.locations)];
  for (const name of projects) check(projectPattern.test(name), name, 'project', 'gcp.projects');
  for (const name of locations) check(locationPattern.test(name), name, 'location', 'gcp.locations');
  const description = serverOf(wishes);
  return projects.flatMap((project) => (locations.length === 0 ? [wholeProject(project, description)] : locations.map((location) => toScope(project, location, description))));
}

/** Those of the setting, else the one that the environment, the credentials or gcloud's active configuration name first. */
export async function chosenProjects({ projects, environment }: Wishes, source: Source | undefined): Promise<readonly string[]> {
  if (projects.length > 0) return [...new Set(projects)];
  const { GOOGLE_CLOUD_PROJECT: first, GCLOUD_PROJECT: second, CLOUDSDK_CORE_PROJECT: third } = environment;
  const project = first || second || third || (source && projectOf(source)) || (await activeProject(environment)) || (source && quotaProjectOf(source));
  return project ? [project] : [];
}

function check(isRight: boolean, name: string, what: string, setting: string): void {
  if (isRight) return;
  throw new ProviderError('invalid', `"${name}" cannot be a Google Cloud ${what}; correct the setting functionDeck.${setting}.`);
}

function wholeProject(project: string, description: string | undefined): Scope {
  return { id: project, label: project, description, prefix: `${project}/` };
}

export function toScope(project: string, location: string, description?: string): Scope {
  return { id: `${project}/${location}`, label: `${project} · ${location}`, description };
}

/** Another server than Google's own, so that nobody takes one for the other. */
function serverOf({ endpoint, environment }: Wishes): string | undefined {
  const url = findEndpoint('cloudfunctions', endpoint, environment)?.url;
  return url !== undefined && URL.canParse(url) ? `on ${new URL(url).host}` : undefined;
}
