import { throwIfAborted } from '../../core/errors';
import type { ProviderHost } from '../../core/host';
import type { RolesFacet } from '../../core/provider';
import { Connections } from './access';
import type { Connect } from './config';
import type { LambdaMembers } from './lazy';
import { members } from './members';
import { roles } from './roles';
import { scopes } from './scopes';

export { Connection } from './client';
export { members } from './members';



/** The part of the AWS provider that needs the SDK. */
export function provider(host: ProviderHost): LambdaMembers & { readonly roles: RolesFacet } {
  const connections = new Connections(host);
  const connect: Connect = async (scope, { signal }) => {
    throwIfAborted(signal);
    return connections.to(scope);
  };
  const wishes = () => ({
    profiles: host.setting<string[]>('aws.profiles') ?? [],
    regions: host.setting<string[]>('aws.regions') ?? [],
    environment: process.env,
  });
  const find: LambdaMembers['scopes'] = async ({ signal }) => {
    throwIfAborted(signal);
    return scopes(wishes());
  };
  return { ...members(find, connect), roles: roles(connect) };
}
