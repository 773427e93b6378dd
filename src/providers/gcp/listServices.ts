import type { CallOptions } from '../../core/provider';
import { call } from './call';
import type { Connection } from './client';
import { strangeAnswer } from './errors';
import { lastParts, type RawPage } from './list';
import { nextPages } from './pages';
import { members } from './raw';
import { toRunFunction } from './runRow';
import { text } from './values';

const action = 'run.services.list';
const pageSize = 500;

/** The Cloud Run services that are functions of their own. Only version 1 of the API lists all locations at once. */
export async function* listServices(connection: Connection, parent: string, options: CallOptions): AsyncGenerator<RawPage> {
  const following = nextPages(connection, action);
  let next: string | undefined;
  do {
    const page = await readPage(connection, parent, next, options);
    yield page;
    next = following(page.next);
  } while (next !== undefined);
}

async function readPage(connection: Connection, parent: string, token: string | undefined, options: CallOptions): Promise<RawPage & { readonly next: string | undefined }> {
  const { services } = connection.run1.projects.locations;
  const parameters = { parent, limit: pageSize, continue: token };
  const { items, metadata, unreachable } = await call(connection, { action, repeat: true, send: (at) => services.list(parameters, at) }, options);
  const rows = items ?? [];
  if (!Array.isArray(rows)) throw strangeAnswer(connection.access, action);
  const functions = rows.map((row) => toRunFunction(connection, row, placeIn(parent))).filter((row) => row !== undefined);
  return { functions, unreachable: lastParts(unreachable), next: text(members(metadata)['continue']) };
}

/** The one location that is asked; `undefined` when all are. */
function placeIn(parent: string): string | undefined {
  const location = parent.split('/').at(-1);
  return location === '-' ? undefined : location;
}
