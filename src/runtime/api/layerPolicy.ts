import { randomUUID } from 'node:crypto';
import type { PolicyRecord, PolicyStatement } from '../store/records';
import type { ApiCall, ApiReply, Input, World } from './call';
import { ApiError, conflict, invalid, notFound, validation } from './errors';
import { parseInput, textOf } from './input';
import { findLayer, layerArn, layerName, versionNumber, type FoundLayer } from './layerNames';

// Who may use a layer is kept and shown, and asked nowhere.

export async function addLayerPermission(call: ApiCall, world: World, names: readonly string[]): Promise<ApiReply> {
  const input = parseInput(call.body);
  return change(call, world, names, (found, before) => {
    const statement = makeStatement(input, `${layerArn(found.layer)}:${found.version.version}`);
    if (before?.statements.some((one) => one.Sid === statement.Sid)) throw conflict(`The statement id (${statement.Sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`);
    const policy = { revisionId: randomUUID(), statements: [...(before?.statements ?? []), statement] };
    return { policy, reply: { status: 201, body: { Statement: JSON.stringify(statement), RevisionId: policy.revisionId } } };
  });
}

export async function getLayerPolicy(call: ApiCall, world: World, names: readonly string[]): Promise<ApiReply> {
  const { policy } = found(call, world, names).version;
  if (!policy) throw notFound('No policy is associated with the given resource.');
  const body = { Version: '2012-10-17', Id: 'default', Statement: policy.statements };
  return { status: 200, body: { Policy: JSON.stringify(body), RevisionId: policy.revisionId } };
}

export async function removeLayerPermission(call: ApiCall, world: World, [text = '', number = '', sid = '']: readonly string[]): Promise<ApiReply> {
  return change(call, world, [text, number], (_found, before) => {
    if (!before?.statements.some((one) => one.Sid === sid)) throw notFound(`Statement ${sid} is not found in resource policy.`);
    const statements = before.statements.filter((one) => one.Sid !== sid);
    return { policy: statements.length ? { revisionId: randomUUID(), statements } : undefined, reply: { status: 204 } };
  });
}

interface Change {
  readonly policy: PolicyRecord | undefined;
  readonly reply: ApiReply;
}

async function change(call: ApiCall, world: World, names: readonly string[], work: (found: FoundLayer, before: PolicyRecord | undefined) => Change): Promise<ApiReply> {
  return world.layers.change(async () => {
    const { layer, version } = found(call, world, names);
    const revision = call.query.get('RevisionId');
    const { policy, reply } = work({ layer, version }, version.policy);
    if (revision !== null && revision !== version.policy?.revisionId) throw stale();
    await world.layers.save({ ...layer, versions: layer.versions.map((one) => (one === version ? { ...version, policy } : one)) });
    return reply;
  });
}

function found(call: ApiCall, world: World, [text = '', number = '']: readonly string[]): FoundLayer {
  const [name, version] = [layerName(world, text, call.region), versionNumber(number)];
  const one = findLayer(world, name, version);
  if (one) return one;
  throw notFound(`Layer version ${layerArn({ region: call.region, name })}:${version} does not exist.`);
}

const stale = () =>
  new ApiError(412, 'PreconditionFailedException', 'The Revision Id provided does not match the latest Revision Id. Call the GetLayerPolicy API to retrieve the latest Revision Id');

function makeStatement(input: Input, resource: string): PolicyStatement {
  const sid = required(input, 'StatementId', /^[\w-]{1,100}$/, '([a-zA-Z0-9-_]+)');
  const action = required(input, 'Action', /^lambda:GetLayerVersion$/, 'lambda:GetLayerVersion');
  const principal = required(input, 'Principal', /^(\d{12}|\*|arn:(aws[a-zA-Z-]*):iam::\d{12}:root)$/, '\\d{12}|\\*|arn:(aws[a-zA-Z-]*):iam::\\d{12}:root');
  const organization = textOf(input, 'OrganizationId');
  if (organization !== undefined && principal !== '*') throw invalid('The principal must be * when an organization is given.');
  const condition = organization === undefined ? {} : { Condition: { StringEquals: { 'aws:PrincipalOrgID': organization } } };
  return { Sid: sid, Effect: 'Allow', Principal: principalOf(principal), Action: action, Resource: resource, ...condition };
}

function principalOf(text: string): unknown {
  if (text === '*') return text;
  return { AWS: /^\d+$/.test(text) ? `arn:aws:iam::${text}:root` : text };
}

function required(input: Input, member: string, pattern: RegExp, shown: string): string {
  const text = textOf(input, member);
  const lower = member.charAt(0).toLowerCase() + member.slice(1);
  if (text !== undefined && pattern.test(text)) return text;
  throw validation(text, lower, text === undefined ? 'Member must not be null' : `Member must satisfy regular expression pattern: ${shown}`);
}
