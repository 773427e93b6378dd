import { isProviderError, throwIfAborted } from '../../core/errors';
import type { ProviderHost } from '../../core/host';
import type { CallOptions, ConfigureFacet, ConfigureSetting } from '../../core/provider';
import { call } from './call';
import type { Connect, Connection } from './client';
import { locationNames } from './locationNames';
import { locationPattern, projectPattern } from './names';
import { nextPages } from './pages';
import { locations } from './places';
import { list, members } from './raw';
import { text } from './values';

type Values = ConfigureSetting['values'];

/** What is known without asking a server. */
export interface Known {
  readonly host: ProviderHost;
  readonly connect: Connect;
  /** Those of the setting, or the one that is chosen elsewhere. */
  readonly projects: () => Promise<readonly string[]>;
}

/** Which projects, which locations, which server. */
export function configure(known: Known): ConfigureFacet {
  return {
    settings: async (options) => {
      throwIfAborted(options.signal);
      const projects = await known.projects();
      const [first = 'no-project'] = projects;
      const values = await orKnown(projectsAt(known.connect, first, options), projects, options);
      const locationValues = await orKnown(locationsAt(known.connect, first, options), locationNames, options);
      return [askProjects(known.host, values), askLocations(known.host, locationValues), askEndpoint(known.host)];
    },
  };
}

/** What a server offers; else what is known, with the reason why it is only that. */
async function orKnown(asked: Promise<Values>, known: readonly string[], { signal }: CallOptions): Promise<Values> {
  try {
    return await asked;
  } catch (error) {
    throwIfAborted(signal);
    if (!isProviderError(error)) throw error;
    return known.map((value, index) => (index === 0 ? { value, note: `Google could not be asked for more: ${error.message}` } : { value }));
  }
}

async function projectsAt(connect: Connect, first: string, options: CallOptions): Promise<Values> {
  const connection = await connect(first, options);
  const found: { value: string; note?: string }[] = [];
  const next = nextPages(connection, action);
  let pageToken: string | undefined;
  do {
    const page = await readProjects(connection, pageToken, options);
    found.push(...page.values);
    pageToken = next(page.next);
  } while (pageToken !== undefined && found.length < most);
  return found.sort((a, b) => (a.value < b.value ? -1 : 1));
}

const action = 'resourcemanager.projects.get';
/** Nobody picks from more; a name can be typed. */
const most = 3000;

async function readProjects(connection: Connection, pageToken: string | undefined, options: CallOptions): Promise<{ values: { value: string; note?: string }[]; next: string | undefined }> {
  const parameters = { query: 'state:ACTIVE', pageSize: 500, pageToken };
  const answer = await call(connection, { action, repeat: true, send: (at) => connection.projects.projects.search(parameters, at) }, options);
  const found = list(answer.projects).map(members).map(({ projectId, displayName }) => ({ value: text(projectId) ?? '', note: text(displayName) }));
  return { values: found.filter(({ value }) => value !== ''), next: text(answer.nextPageToken) };
}

async function locationsAt(connect: Connect, first: string, options: CallOptions): Promise<Values> {
  return (await locations(await connect(first, options), options)).map(({ id, name }) => ({ value: id, note: name }));
}

function askProjects(host: ProviderHost, values: Values): ConfigureSetting {
  return {
    key: 'gcp.projects',
    kind: 'many',
    label: 'Projects',
    whenEmpty: 'the project of GOOGLE_CLOUD_PROJECT, of the credentials or of gcloud',
    values,
    picked: host.setting<string[]>('gcp.projects') ?? [],
    pattern: projectPattern,
    example: 'my-project',
  };
}

function askLocations(host: ProviderHost, values: Values): ConfigureSetting {
  return {
    key: 'gcp.locations',
    kind: 'many',
    label: 'Locations',
    whenEmpty: 'all locations',
    values,
    picked: host.setting<string[]>('gcp.locations') ?? [],
    pattern: locationPattern,
    example: 'europe-west1',
  };
}

function askEndpoint(host: ProviderHost): ConfigureSetting {
  const url = host.setting<string>('gcp.endpoint');
  return {
    key: 'gcp.endpoint',
    kind: 'one',
    label: 'Server',
    whenEmpty: 'Google, or what CLOUDSDK_API_ENDPOINT_OVERRIDES_… names',
    values: [],
    picked: url ? [url] : [],
    pattern: /^https?:\/\/[^\s/]+(\/\S*)?$/,
    example: 'http://127.0.0.1:8080',
  };
}
