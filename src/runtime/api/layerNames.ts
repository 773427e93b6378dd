import type { LayerRecord, LayerVersionRecord } from '../store/layers';
import { account, type World } from './call';
import { denied, invalid, notFound, validation } from './errors';

const region = '(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}';
/** As AWS shows it. */
export const shownArn = `(arn:(aws[a-zA-Z-]*)?:lambda:${region}:\\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+)|(arn:[a-zA-Z0-9-]+:lambda:::awslayer:[a-zA-Z0-9-_]+)`;

export interface LayerArn {
  readonly region: string;
  readonly account: string;
  readonly name: string;
  readonly version: number;
}

/** `undefined` for what is not the ARN of one version of a layer. The region may also be a single word, as this runtime's own is. */
export function readArn(text: string): LayerArn | undefined {
  const [, where = '', whose = '', name, version] = /^arn:aws[a-z-]*:lambda:([a-z0-9-]+):(\d{12}):layer:([\w-]{1,140}):(\d{1,15})$/.exec(text) ?? [];
  return name ? { region: where, account: whose, name, version: Number(version) } : undefined;
}

/** The name of a layer that is given as such or as an ARN, by somebody in this region; throws for the ARN of what is elsewhere. */
export function layerName(world: World, text: string, callerRegion: string): string {
  const [, where, whose = account, name] = /^(?:arn:[\w-]+:lambda:([\w-]+):(\d{12}):layer:)?([\w-]+)$/.exec(text) ?? [];
  if (text.length > 140) throw validation(text, 'layerName', 'Member must have length less than or equal to 140');
  if (!name) throw validation(text, 'layerName', 'Member must satisfy regular expression pattern: (arn:[a-zA-Z0-9-]+:lambda:[a-zA-Z0-9-]+:\\d{12}:layer:[a-zA-Z0-9-_]+)|[a-zA-Z0-9-_]+');
  refuseElsewhere(text, whose, where ?? callerRegion, [callerRegion, world.layers.get(name)?.region]);
  return name;
}

function refuseElsewhere(text: string, whose: string, where: string, regions: readonly (string | undefined)[]): void {
  if (whose !== account) throw denied(`The local runtime has the layers of account ${account}; ${text} is not among them.`);
  if (!regions.includes(where)) throw notFound('The resource you requested does not exist.');
}

export function versionNumber(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1) return number;
  throw invalid('Layer Version Cannot be less than 1');
}

export function layerArn({ region, name }: Pick<LayerRecord, 'region' | 'name'>): string {
  return `arn:aws:lambda:${region}:${account}:layer:${name}`;
}

export interface FoundLayer {
  readonly layer: LayerRecord;
  readonly version: LayerVersionRecord;
}

export function findLayer(world: World, name: string, number: number): FoundLayer | undefined {
  const layer = world.layers.get(name);
  const version = layer?.versions.find((one) => one.version === number);
  return layer && version && { layer, version };
}

/** The version that an ARN names, for somebody in this region; throws when it is not to be had. */
export function findByArn(world: World, text: string, callerRegion: string): FoundLayer {
  const arn = readArn(text);
  if (!arn) throw validation(text, 'arn', `Member must satisfy regular expression pattern: ${shownArn}`);
  refuseElsewhere(text, arn.account, arn.region, [callerRegion, world.layers.get(arn.name)?.region]);
  const found = findLayer(world, arn.name, arn.version);
  if (!found) throw notFound('The resource you requested does not exist.');
  return found;
}
