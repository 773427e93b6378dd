import type { CallOptions, PlacesFacet, Scope } from '../../core/provider';
import { call } from './call';
import type { Connect, Connection } from './client';
import { strangeAnswer } from './errors';
import { parseScope } from './names';
import { nextPages } from './pages';
import { list, members } from './raw';
import { text } from './values';

const action = 'cloudfunctions.locations.list';

export interface Location {
  readonly id: string;
  /** The place that it is named after, for example Belgium. */
  readonly name: string | undefined;
}

/** The locations of a project, each as a scope of its own. */
export function places(connect: Connect): PlacesFacet {
  return {
    list: async (scope, options): Promise<readonly Scope[]> => {
      const { project, location } = parseScope(scope);
      const found = location === undefined ? await locations(await connect(scope, options), options) : [{ id: location, name: undefined }];
      return found.map(({ id, name }) => ({ id: `${project}/${id}`, label: id, description: name }));
    },
  };
}

/** Where a project can have functions, by name. */
export async function locations(connection: Connection, options: CallOptions): Promise<readonly Location[]> {
  const found: Location[] = [];
  const next = nextPages(connection, action);
  let pageToken: string | undefined;
  do {
    const page = await readPage(connection, pageToken, options);
    found.push(...page.locations);
    pageToken = next(page.next);
  } while (pageToken !== undefined);
  return found.sort((a, b) => (a.id < b.id ? -1 : 1));
}

async function readPage(connection: Connection, pageToken: string | undefined, options: CallOptions): Promise<{ locations: Location[]; next: string | undefined }> {
  const parameters = { name: `projects/${connection.project}`, pageSize: 100, pageToken };
  const api = connection.functions.projects.locations;
  const answer = await call(connection, { action, repeat: true, send: (at) => api.list(parameters, at) }, options);
  if (!Array.isArray(answer.locations ?? [])) throw strangeAnswer(connection.access, action);
  const found = list(answer.locations).map(members).map(({ locationId, displayName }) => ({ id: text(locationId) ?? '', name: text(displayName) }));
  return { locations: found.filter(({ id }) => id !== ''), next: text(answer.nextPageToken) };
}
