import { throwIfAborted } from '../../core/errors';
import type { ProviderHost } from '../../core/host';
import type { ConfigureFacet } from '../../core/provider';
import { Connections } from './access';
import { type Patience, patience } from './client';
import type { Connect } from './config';
import { configure } from './configure';
import type { LambdaMembers } from './lazy';
import { members, type Place } from './members';
import { type Roles, roles } from './roles';
import { scopes } from './scopes';

export { Connection, patience } from './client';
export { deployCode } from './deploy';
export { members, type Place } from './members';
export { price } from './price';

type AwsMembers = LambdaMembers & { readonly roles: Roles; readonly configure: ConfigureFacet };

/** The part of the AWS provider that needs the SDK. */
export function provider(host: ProviderHost, wait: Patience = patience): AwsMembers {
  const connections = new Connections(host, wait);
  const connect: Connect = async (scope, { signal }) => {
    throwIfAborted(signal);
    return connections.to(scope);
  };
  const wishes = () => ({
    profiles: host.setting<string[]>('aws.profiles') ?? [],
    regions: host.setting<string[]>('aws.regions') ?? [],
    environment: process.env,
    endpoint: host.setting<string>('aws.endpoint'),
  });
  const find: Place['scopes'] = async ({ signal }) => {
    throwIfAborted(signal);
    return scopes(wishes());
  };
  const pollMs = () => Math.max(500, (host.setting<number>('tail.pollSeconds') ?? 2) * 1000);
  return { ...members({ scopes: find, connect, pollMs }), roles: roles(connect), configure: configure(host) };
}
