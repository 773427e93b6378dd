import type { VersionRecord } from '../store/records';
import type { Input } from './call';
import { validation } from './errors';
import { isObject, textOf } from './input';

// Settings of things that are not here, networks above all: a function runs as well without them, so they are kept as they
// were said and told again.

/** Such settings as a request asks for them; what it leaves out stays. */
export function toldOf(input: Input, before: VersionRecord['told']): VersionRecord['told'] {
  const told = {
    ...before,
    ...(isObject(input.VpcConfig) ? { VpcConfig: vpcOf(input.VpcConfig) } : {}),
    ...(Array.isArray(input.FileSystemConfigs) ? { FileSystemConfigs: input.FileSystemConfigs as unknown[] } : {}),
    ...(textOf(input, 'KMSKeyArn') === undefined ? {} : { KMSKeyArn: input.KMSKeyArn }),
    ...(isObject(input.SnapStart) ? { SnapStart: { ApplyOn: applyOnOf(input.SnapStart), OptimizationStatus: 'Off' } } : {}),
  };
  return Object.keys(told).length ? told : undefined;
}

function vpcOf(vpc: Input): object {
  const lists = { SubnetIds: vpc.SubnetIds ?? [], SecurityGroupIds: vpc.SecurityGroupIds ?? [] };
  const hasNet = Array.isArray(lists.SubnetIds) && lists.SubnetIds.length > 0;
  return { ...lists, VpcId: hasNet ? 'vpc-local' : '', Ipv6AllowedForDualStack: vpc.Ipv6AllowedForDualStack === true };
}

function applyOnOf(snap: Input): string {
  const value = textOf(snap, 'ApplyOn') ?? 'None';
  if (value === 'None' || value === 'PublishedVersions') return value;
  throw validation(value, 'snapStart.applyOn', 'Member must satisfy enum value set: [PublishedVersions, None]');
}
