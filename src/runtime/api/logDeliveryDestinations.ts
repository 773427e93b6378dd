import type { DeliveryDestination } from '../store/logAccount';
import { account, type ApiCall, type Input, type World } from './call';
import { validation } from './errors';
import { isObject, mapOf, textOf } from './input';
import { pageOf } from './logGroups';
import { arnIn, conflict, deliveryName, invalidDelivery, quota } from './logDeliverySources';
import { documentOf, keep, kept, logsArn } from './logKept';

const formats = ['w3c', 'raw', 'json', 'plain', 'parquet'];
const types: Readonly<Record<string, string>> = { s3: 'S3', logs: 'CWL', firehose: 'FH' };

export function putDeliveryDestination(input: Input, world: World, call: ApiCall): object {
  const name = deliveryName(input, 'name');
  const outputFormat = textOf(input, 'outputFormat');
  if (outputFormat !== undefined && !formats.includes(outputFormat)) throw validation(outputFormat, 'outputFormat', `Member must satisfy enum value set: [${formats.join(', ')}]`);
  const before = world.logAccount.get('deliveryDestinations', name);
  if (before && outputFormat !== undefined && before.outputFormat !== outputFormat) throw invalidDelivery('The output format of a delivery destination cannot be changed.');
  const destination: DeliveryDestination = { ...before, name, region: call.region, ...targetOf(input, call), outputFormat: outputFormat ?? before?.outputFormat, tags: mapOf(input.tags, 'tags') ?? before?.tags };
  keep(world, 'deliveryDestinations', destination, quota);
  return { deliveryDestination: destinationShape(destination) };
}

function targetOf(input: Input, call: ApiCall): Pick<DeliveryDestination, 'type' | 'resource'> {
  const configuration = isObject(input.deliveryDestinationConfiguration) ? input.deliveryDestinationConfiguration : {};
  const resource = textOf(configuration, 'destinationResourceArn');
  if (resource === undefined && textOf(input, 'deliveryDestinationType') === 'XRAY') return { type: 'XRAY', resource };
  const arn = arnIn(resource ?? '', call);
  const type = types[arn.service];
  const isOurs = arn.service === 's3' ? !arn.region && !arn.account : arn.account === account;
  if (type && isOurs) return { type, resource };
  throw invalidDelivery(`Logs cannot be delivered to ${resource ?? 'nothing'}: it must be a bucket, or a log group or delivery stream of this account.`);
}

export function getDeliveryDestination(input: Input, world: World): object {
  return { deliveryDestination: destinationShape(existingDestination(world, deliveryName(input, 'name'))) };
}

export function describeDeliveryDestinations(input: Input, world: World): object {
  const page = pageOf(world.logAccount.list('deliveryDestinations'), input);
  return { deliveryDestinations: page.items.map(destinationShape), nextToken: page.nextToken };
}

export function deleteDeliveryDestination(input: Input, world: World): object {
  const { name } = existingDestination(world, textOf(input, 'name'));
  if (world.logAccount.list('deliveries').some((one) => one.destination === name)) throw conflict(`The delivery destination ${name} is used by a delivery.`);
  world.logAccount.remove('deliveryDestinations', name);
  return {};
}

export function putDeliveryDestinationPolicy(input: Input, world: World): object {
  const destination = policyOwner(input, world);
  const policy = documentOf(input, 'deliveryDestinationPolicy');
  world.logAccount.put('deliveryDestinations', { ...destination, policy });
  return policyShape(policy);
}

export function getDeliveryDestinationPolicy(input: Input, world: World): object {
  return policyShape(policyOwner(input, world).policy);
}

export function deleteDeliveryDestinationPolicy(input: Input, world: World): object {
  world.logAccount.put('deliveryDestinations', { ...policyOwner(input, world), policy: undefined });
  return {};
}

function policyOwner(input: Input, world: World): DeliveryDestination {
  return existingDestination(world, deliveryName(input, 'deliveryDestinationName'));
}

function policyShape(policy: string | undefined): object {
  return { policy: policy === undefined ? {} : { deliveryDestinationPolicy: policy } };
}

export function existingDestination(world: World, name = ''): DeliveryDestination {
  return kept(world, 'deliveryDestinations', name, 'Requested Delivery Destination does not exist in this account.');
}

export function destinationArn({ name, region }: Pick<DeliveryDestination, 'name' | 'region'>): string {
  return logsArn(region, `delivery-destination:${name}`);
}

function destinationShape({ name, region, type, resource, outputFormat, tags }: DeliveryDestination): object {
  const configuration = resource === undefined ? {} : { deliveryDestinationConfiguration: { destinationResourceArn: resource } };
  return { name, arn: destinationArn({ name, region }), deliveryDestinationType: type, outputFormat, ...configuration, tags };
}
