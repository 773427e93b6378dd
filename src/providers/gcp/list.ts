import { isProviderError, ProviderError } from '../../core/errors';
import type { CallOptions, CloudFunction, ListPage, Scope } from '../../core/provider';
import { call } from './call';
import type { Connection } from './client';
import { strangeAnswer } from './errors';
import { listServices } from './listServices';
import { locationNames } from './locationNames';
import { parentName, parseScope } from './names';
import { firstCome, nextPages } from './pages';
import { toFunction } from './row';
import { text } from './values';

const action = 'cloudfunctions.functions.list';
/** Few at first, so that there is something to see at once; then as many as Google gives. */
const firstSize = 100;
const nextSize = 1000;

export interface RawPage {
  readonly functions: readonly CloudFunction[];
  /** Locations that did not answer. */
  readonly unreachable: readonly string[];
}

/** The functions of the Functions API and those that Cloud Run has by itself, as they come. */
export async function* list(connection: Connection, scope: Scope, options: CallOptions): AsyncGenerator<ListPage> {
  const { project, location = '-' } = parseScope(scope.id);
  const end = new AbortController();
  const signal = AbortSignal.any([options.signal, end.signal]);
  const parent = parentName({ project, location });
  const both: Both = {};
  const silent = new Set<string>();
  try {
    const streams = [listFunctions(connection, parent, { signal }), listServices(connection, parent, { signal })] as const;
    for await (const page of firstCome([tolerant(streams[0], both, 'functions'), tolerant(streams[1], both, 'services')])) {
      const missing = page.unreachable.filter((name) => !silent.has(name));
      missing.forEach((name) => silent.add(name));
      yield { functions: page.functions, ...(missing.length > 0 && unread(project, missing)) };
    }
    if (both.failed) yield whatFailed(both.failed, project);
  } finally {
    end.abort();
  }
}

/** What went wrong in one of the two lists while the other goes on. */
interface Both {
  failed?: ProviderError;
}

/** Goes without one of the lists while the other can be had: whoever uses Cloud Run alone has no use for the Functions API. */
async function* tolerant(pages: AsyncGenerator<RawPage>, both: Both, which: 'functions' | 'services'): AsyncGenerator<RawPage> {
  try {
    yield* pages;
  } catch (error) {
    if (!isProviderError(error) || error.kind === 'auth') throw error;
    const isMain = which === 'functions';
    if (both.failed) throw isMain ? error : both.failed;
    if (isMain && error.kind !== 'denied') throw error;
    both.failed = error;
  }
}

function whatFailed(problem: ProviderError, project: string): ListPage {
  const isLasting = problem.kind === 'denied' || problem.kind === 'invalid';
  return { functions: [], problem, unread: isLasting ? [] : locationNames.map((name) => `${project}/${name}`) };
}

function unread(project: string, missing: readonly string[]): Pick<ListPage, 'problem' | 'unread'> {
  const names = missing.length > 4 ? `${missing.slice(0, 3).join(', ')} and ${missing.length - 3} more locations` : missing.join(', ');
  const message = `Google could not reach ${names}, so functions there may be missing; refresh in a moment.`;
  return { problem: new ProviderError('network', message), unread: missing.map((name) => `${project}/${name}`) };
}

async function* listFunctions(connection: Connection, parent: string, options: CallOptions): AsyncGenerator<RawPage> {
  const next = nextPages(connection, action);
  let pageToken: string | undefined;
  do {
    const page = await readPage(connection, parent, pageToken, options);
    yield page;
    pageToken = next(page.next);
  } while (pageToken !== undefined);
}

async function readPage(connection: Connection, parent: string, pageToken: string | undefined, options: CallOptions): Promise<RawPage & { readonly next: string | undefined }> {
  const parameters = { parent, pageSize: pageToken === undefined ? firstSize : nextSize, pageToken };
  const api = connection.functions.projects.locations.functions;
  const { functions, nextPageToken, unreachable } = await call(connection, { action, repeat: true, send: (at) => api.list(parameters, at) }, options);
  const rows = functions ?? [];
  const next = nextPageToken ?? '';
  if (!Array.isArray(rows) || typeof next !== 'string') throw strangeAnswer(connection.access, action);
  const found = rows.map((row) => toFunction(connection, row)).filter((row) => row !== undefined);
  return { functions: found, unreachable: lastParts(unreachable), next: next || undefined };
}

/** The names of locations, be they full ones or not. */
export function lastParts(names: unknown): readonly string[] {
  const all: readonly unknown[] = Array.isArray(names) ? names : [];
  return all.map((name) => text(name)?.split('/').at(-1)).filter((name) => name !== undefined);
}
