import { throwIfAborted } from '../../core/errors';
import type { ProviderHost } from '../../core/host';
import { Connections } from './access';
import { type Connect, type Patience, patience } from './client';
import { configure } from './configure';
import { findSource, type Source } from './credentialSource';
import { isAllLoopback } from './endpoints';
import type { GoogleMembers } from './lazy';
import { members } from './members';
import { places } from './places';
import { chosenProjects, scopes, type Wishes } from './scopes';

/** The part of the Google provider that needs Google's clients. */
export function provider(host: ProviderHost, wait: Patience = patience): GoogleMembers {
  const connections = new Connections(host, wait);
  const connect: Connect = (scope, options) => connections.to(scope, options);
  const wishes = (): Wishes => ({
    projects: host.setting<string[]>('gcp.projects') ?? [],
    locations: host.setting<string[]>('gcp.locations') ?? [],
    endpoint: host.setting<string>('gcp.endpoint'),
    environment: process.env,
  });
  const source = (): Promise<Source> => findSource(process.env, isAllLoopback(wishes().endpoint, process.env));
  // Where to look can be chosen before anybody has signed in.
  const known = async (): Promise<readonly string[]> => chosenProjects(wishes(), await source().catch(() => undefined));
  const pollMs = (): number => (host.setting<number>('tail.pollSeconds') ?? 2) * 1000;
  return {
    scopes: async ({ signal }) => {
      throwIfAborted(signal);
      return scopes(wishes(), await source());
    },
    ...members(connect, pollMs),
    places: places(connect),
    configure: configure({ host, connect, projects: known }),
  };
}
