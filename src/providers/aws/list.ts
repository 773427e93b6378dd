import { ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ProviderError } from '../../core/errors';
import type { CallOptions, CloudFunction, ListPage } from '../../core/provider';
import { call } from './call';
import type { Connection } from './client';
import { strange } from './linkErrors';
import { toFunction } from './row';
import { host } from './site';

const action = 'lambda:ListFunctions';

/** Pages of 50, which is all that Lambda gives. */
export async function* list(connection: Connection, options: CallOptions): AsyncGenerator<ListPage> {
  let marker: string | undefined;
  do {
    const page = await readPage(connection, marker, options);
    yield { functions: page.functions };
    if (page.next !== undefined && page.next === marker) throw endless(connection);
    marker = page.next;
  } while (marker !== undefined);
}

interface Page {
  readonly functions: readonly CloudFunction[];
  readonly next: string | undefined;
}

async function readPage(connection: Connection, marker: string | undefined, options: CallOptions): Promise<Page> {
  const command = new ListFunctionsCommand({ Marker: marker, MaxItems: 50 });
  const answer = await call(connection, { action, send: (at) => connection.reader.send(command, at) }, options);
  const rows: unknown = answer.Functions;
  const next: unknown = answer.NextMarker ?? undefined;
  if (!Array.isArray(rows) || (next !== undefined && typeof next !== 'string')) {
    throw new ProviderError('network', strange(host(connection.access, action)));
  }
  const functions = rows.map((row) => toFunction(connection, row)).filter((row) => row !== undefined);
  return { functions, next: next || undefined };
}

function endless(connection: Connection): ProviderError {
  const there = host(connection.access, action);
  return new ProviderError('network', `${there} sends the same page of functions for ever; report it to whoever runs that server.`);
}
