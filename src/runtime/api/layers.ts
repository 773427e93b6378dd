import { layerFormat, type LayerRecord, type LayerVersionRecord } from '../store/layers';
import type { ApiCall, ApiReply, World } from './call';
import { notFound } from './errors';
import { isObject, parseInput, shortText } from './input';
import { fitsOf, matches } from './layerFits';
import { findByArn, findLayer, layerArn, layerName, versionNumber, type FoundLayer } from './layerNames';
import { dropLater, storeCode, zipOf } from './package';
import { paged } from './paging';

/** https://docs.aws.amazon.com/lambda/latest/api/API_PublishLayerVersion.html */
export async function publishLayer(call: ApiCall, world: World, [text = '']: readonly string[]): Promise<ApiReply> {
  const input = parseInput(call.body);
  const name = layerName(world, text, call.region);
  const fits = fitsOf(input);
  const facts = { created: new Date().toISOString(), description: shortText(input, 'Description', 256) ?? '', license: shortText(input, 'LicenseInfo', 512) };
  const zip = zipOf(isObject(input.Content) ? input.Content : {});
  return world.layers.change(async () => {
    const { sha256, size } = await storeCode(world, zip);
    const before: LayerRecord = world.layers.get(name) ?? { format: layerFormat, name, region: call.region, versions: [], nextVersion: 1 };
    const version = { version: before.nextVersion, ...facts, ...fits, codeSha256: sha256, codeSize: size };
    const layer = { ...before, versions: [...before.versions, version], nextVersion: before.nextVersion + 1 };
    await world.layers.save(layer);
    return { status: 201, body: whole(world, { layer, version }) };
  });
}

export async function getLayerVersion(call: ApiCall, world: World, [text = '', number = '']: readonly string[]): Promise<ApiReply> {
  const found = findLayer(world, layerName(world, text, call.region), versionNumber(number));
  if (!found) throw notFound('The resource you requested does not exist.');
  return { status: 200, body: whole(world, found) };
}

/** The list of layers; or one version of one, by its ARN. */
export async function listLayers(call: ApiCall, world: World): Promise<ApiReply> {
  if (call.query.get('find') === 'LayerVersion') return { status: 200, body: whole(world, findByArn(world, call.query.get('Arn') ?? '', call.region)) };
  const matching = matches(call.query);
  const newest = world.layers.list().flatMap((layer) => {
    const version = [...layer.versions].reverse().find(matching);
    return version ? [{ layer, version }] : [];
  });
  const { page, next } = paged(call, newest, ({ layer }) => layer.name);
  const body = page.map((found) => ({ LayerName: found.layer.name, LayerArn: layerArn(found.layer), LatestMatchingVersion: listed(found) }));
  return { status: 200, body: { Layers: body, ...next } };
}

export async function listLayerVersions(call: ApiCall, world: World, [text = '']: readonly string[]): Promise<ApiReply> {
  const layer = world.layers.get(layerName(world, text, call.region));
  const newestFirst = [...(layer?.versions ?? [])].reverse().filter(matches(call.query));
  const { page, next } = paged(call, newestFirst, ({ version }) => String(Number.MAX_SAFE_INTEGER - version));
  return { status: 200, body: { LayerVersions: layer ? page.map((version) => listed({ layer, version })) : [], ...next } };
}

/** Functions that have it keep it. */
export async function deleteLayerVersion(call: ApiCall, world: World, [text = '', number = '']: readonly string[]): Promise<ApiReply> {
  const [name, version] = [layerName(world, text, call.region), versionNumber(number)];
  return world.layers.change(async () => {
    const found = findLayer(world, name, version);
    if (!found) return { status: 204 };
    await world.layers.save({ ...found.layer, versions: found.layer.versions.filter((one) => one !== found.version) });
    dropLater(world, found.version.codeSha256);
    return { status: 204 };
  });
}

function whole(world: World, found: FoundLayer): object {
  const { codeSha256, codeSize } = found.version;
  return { ...listed(found), LayerArn: layerArn(found.layer), Content: { Location: `${world.codeUrl(codeSha256)}&layer=${found.layer.name}`, CodeSha256: codeSha256, CodeSize: codeSize } };
}

function listed({ layer, version }: { readonly layer: LayerRecord; readonly version: LayerVersionRecord }): object {
  return {
    LayerVersionArn: `${layerArn(layer)}:${version.version}`,
    Version: version.version,
    Description: version.description,
    CreatedDate: version.created.replace('Z', '+0000'),
    CompatibleRuntimes: version.runtimes,
    CompatibleArchitectures: version.architectures,
    LicenseInfo: version.license,
  };
}
