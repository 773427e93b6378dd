import { randomBytes } from 'node:crypto';
import type { Delivery } from '../store/logAccount';
import { account, type ApiCall, type Input, type World } from './call';
import { denied } from './errors';
import { isObject, mapOf, shortText } from './input';
import { pageOf } from './logGroups';
import { destinationArn, existingDestination } from './logDeliveryDestinations';
import { arnIn, conflict, deliveryName, existingSource, invalidDelivery, quota } from './logDeliverySources';
import { keep, kept, logsArn, required } from './logKept';

// Other services, whose logs these would be, do not run here: deliveries are kept and told, and nothing comes of them.

export function createDelivery(input: Input, world: World, call: ApiCall): object {
  const name = destinationIn(required(input, 'deliveryDestinationArn'), call);
  const source = existingSource(world, deliveryName(input, 'deliverySourceName')).name;
  const destination = existingDestination(world, name).name;
  const isThere = world.logAccount.list('deliveries').some((one) => one.source === source && one.destination === destination);
  if (isThere) throw conflict(`A delivery from ${source} to ${destination} exists already.`);
  const delivery: Delivery = { name: newId(), region: call.region, source, destination, settings: settingsOf(input), tags: mapOf(input.tags, 'tags') };
  keep(world, 'deliveries', delivery, quota);
  return { delivery: shape(world, delivery) };
}

function newId(): string {
  return randomBytes(8).toString('hex');
}

function destinationIn(arn: string, call: ApiCall): string {
  const { service, account: owner, resource } = arnIn(arn, call);
  const name = /^delivery-destination:([\w-]{1,60})$/.exec(resource)?.[1];
  if (service !== 'logs' || name === undefined) throw invalidDelivery(`${arn} is not the ARN of a delivery destination.`);
  if (owner !== account) throw denied(`The delivery destination ${arn} is of another account.`);
  return name;
}

// What is given of its form.
function settingsOf(input: Input): Delivery['settings'] {
  const s3 = isObject(input.s3DeliveryConfiguration) ? pathOf(input.s3DeliveryConfiguration) : undefined;
  const settings = { recordFields: fieldsOf(input), fieldDelimiter: shortText(input, 'fieldDelimiter', 5), s3DeliveryConfiguration: s3 };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

function fieldsOf({ recordFields }: Input): readonly string[] | undefined {
  if (recordFields === undefined) return undefined;
  if (Array.isArray(recordFields) && recordFields.length <= 128 && recordFields.every((one) => typeof one === 'string' && one.length <= 64)) return recordFields as string[];
  throw invalidDelivery('recordFields must be a list of at most 128 names of at most 64 letters.');
}

function pathOf(input: Input): object {
  return { suffixPath: shortText(input, 'suffixPath', 256), enableHiveCompatiblePath: input.enableHiveCompatiblePath === true };
}

export function getDelivery(input: Input, world: World): object {
  return { delivery: shape(world, existing(input, world)) };
}

export function describeDeliveries(input: Input, world: World): object {
  const page = pageOf(world.logAccount.list('deliveries'), input);
  return { deliveries: page.items.map((one) => shape(world, one)), nextToken: page.nextToken };
}

export function updateDeliveryConfiguration(input: Input, world: World): object {
  const delivery = existing(input, world);
  world.logAccount.put('deliveries', { ...delivery, settings: { ...delivery.settings, ...settingsOf(input) } });
  return {};
}

export function deleteDelivery(input: Input, world: World): object {
  world.logAccount.remove('deliveries', existing(input, world).name);
  return {};
}

function existing(input: Input, world: World): Delivery {
  return kept(world, 'deliveries', required(input, 'id'), 'Requested Delivery does not exist in this account.');
}

function shape(world: World, { name: id, region, source, destination, settings, tags }: Delivery): object {
  const to = existingDestination(world, destination);
  return { id, arn: logsArn(region, `delivery:${id}`), deliverySourceName: source, deliveryDestinationArn: destinationArn(to), deliveryDestinationType: to.type, ...settings, tags };
}
