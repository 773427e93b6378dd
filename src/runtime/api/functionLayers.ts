import { unlessMissing } from '../store/files';
import type { TakenLayer, VersionRecord } from '../store/records';
import { account, type Input, type World } from './call';
import { denied, invalid, validation } from './errors';
import { findLayer, readArn, shownArn, type LayerArn } from './layerNames';

/** The layers that a request gives to a function of this region; nothing if it does not speak of them. */
export function layersOf(world: World, input: Input, region: string): Pick<VersionRecord, 'layers'> {
  const { Layers: value } = input;
  if (value === undefined || value === null) return {};
  if (!Array.isArray(value)) throw validation(JSON.stringify(value), 'layers', 'Member must be a list');
  const arns = value.map((one) => (typeof one === 'string' ? readArn(one) : undefined));
  if (!arns.every((arn) => arn !== undefined)) throw notArns(value);
  if (arns.length > 5) throw invalid('Cannot reference more than 5 layers.');
  const layers = arns.map((arn, index) => take(world, arn, String(value[index]), region));
  refuseTwins(arns, value);
  return { layers: layers.length ? layers : undefined };
}

const mostBytes = 262_144_000;

/** Lays a version's layers over one another for its calls; throws when they are too large, alone or with its code. */
export async function stackLayers({ code }: Pick<World, 'code'>, { layers = [], codeSha256, folder }: Pick<VersionRecord, 'layers' | 'codeSha256' | 'folder'>): Promise<void> {
  const [first, ...others] = layers.map((layer) => layer.codeSha256);
  if (first === undefined) return;
  // A package that is gone is told of by the call that needs it.
  const sizeOf = async (sha256: string) => (await unlessMissing(code.unzipped(sha256))) ?? 0;
  let size = 0;
  for (const sha256 of [first, ...others]) size += await sizeOf(sha256);
  if (size > mostBytes) throw invalid(`Layers consume more than the available size of ${mostBytes} bytes`);
  if (folder === undefined) size += await sizeOf(codeSha256);
  if (size > mostBytes) throw invalid(`Function code combined with layers exceeds the maximum allowed size of ${mostBytes} bytes. The actual size is ${size} bytes.`);
  await unlessMissing(code.ensure(first, ...others));
}

function notArns(value: readonly unknown[]): Error {
  const constraint = `[Member must have length less than or equal to 2048, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: ${shownArn}, Member must not be null]`;
  return validation(`[${value.join(', ')}]`, 'layers', `Member must satisfy constraint: ${constraint}`);
}

function take(world: World, arn: LayerArn, text: string, region: string): TakenLayer {
  if (arn.account !== account) throw denied(`The local runtime has the layers of account ${account}; publish what ${text} holds to it.`);
  if (arn.region !== region) throw invalid(`Layers are not in the same region as the function. Layers are expected to be in region ${region}.`);
  const found = findLayer(world, arn.name, arn.version);
  if (found?.layer.region !== arn.region) throw invalid(`Layer version ${text} does not exist.`);
  return { arn: text, codeSha256: found.version.codeSha256, codeSize: found.version.codeSize };
}

function refuseTwins(arns: readonly LayerArn[], texts: readonly unknown[]): void {
  const second = arns.findIndex((arn, index) => arns.findIndex((other) => other.name === arn.name) < index);
  if (second < 0) return;
  const first = arns.findIndex((arn) => arn.name === arns[second]?.name);
  const [one, other] = [String(texts[first]), String(texts[second])];
  throw invalid(`Two different versions of the same layer are not allowed to be referenced in the same function. ${one} and ${other} are versions of the same layer.`);
}
