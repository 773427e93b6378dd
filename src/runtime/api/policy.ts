import { randomUUID } from 'node:crypto';
import type { FunctionRecord, PolicyRecord, PolicyStatement } from '../store/records';
import { aliasNamed } from './aliases';
import type { ApiCall, ApiReply, Input, World } from './call';
import { conflict, functionNotFound, invalid, notFound, stalePolicy, validation } from './errors';
import { parseInput, textOf } from './input';
import { find, functionArn, qualified, versionOf } from './names';
import { revisionOf } from './shape';
import { drop, own } from './qualifiers';

// What may call a function is kept and shown, and asked nowhere: whoever has this runtime's key may call everything.

export async function addPermission(call: ApiCall, world: World, [text = '']: readonly string[]): Promise<ApiReply> {
  const input = parseInput(call.body);
  const sid = required(input, 'StatementId', /^[\w-]{1,100}$/, '([a-zA-Z0-9-_]+)');
  return change(call, world, text, (record, key, before) => {
    const revision = textOf(input, 'RevisionId');
    if (revision !== undefined && revision !== (before?.revisionId ?? targetRevision(record, key))) throw stalePolicy();
    if (before?.statements.some((one) => one.Sid === sid)) throw conflict(`The statement id (${sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`);
    const statement = makeStatement(input, sid, functionArn(record.region, record.name, key === '$LATEST' ? undefined : key));
    return { statements: [...(before?.statements ?? []), statement], reply: { status: 201, body: { Statement: JSON.stringify(statement) } } };
  });
}

export async function getPolicy(call: ApiCall, world: World, [text = '']: readonly string[]): Promise<ApiReply> {
  const { name, qualifier } = qualified(text, call.query.get('Qualifier'));
  const policy = own(world.functions.get(name)?.policies, qualifier ?? '$LATEST');
  if (!policy) throw notFound('The resource you requested does not exist.');
  const body = { Version: '2012-10-17', Id: 'default', Statement: policy.statements };
  return { status: 200, body: { Policy: JSON.stringify(body), RevisionId: policy.revisionId } };
}

export async function removePermission(call: ApiCall, world: World, [text = '', sid = '']: readonly string[]): Promise<ApiReply> {
  const { name } = qualified(text, call.query.get('Qualifier'));
  if (!world.functions.get(name)) throw notFound(`No policy found for: ${functionArn(call.region, name)}`);
  return change(call, world, text, (_record, _key, before) => {
    if (!before) throw notFound('No policy is associated with the given resource.');
    if (!before.statements.some((one) => one.Sid === sid)) throw notFound(`Statement ${sid} is not found in resource policy.`);
    const revision = call.query.get('RevisionId');
    if (revision && revision !== before.revisionId) throw stalePolicy();
    return { statements: before.statements.filter((one) => one.Sid !== sid), reply: { status: 204 } };
  });
}

interface Change {
  readonly statements: readonly PolicyStatement[];
  readonly reply: ApiReply;
}

async function change(call: ApiCall, world: World, text: string, work: (record: FunctionRecord, key: string, before: PolicyRecord | undefined) => Change): Promise<ApiReply> {
  const { name, qualifier } = qualified(text, call.query.get('Qualifier'));
  return world.functions.change(name, async () => {
    const { record } = find(world, name, null, call.region);
    const key = keyOf(record, qualifier);
    const { statements, reply } = work(record, key, own(record.policies, key));
    const policies = statements.length ? { ...record.policies, [key]: { revisionId: randomUUID(), statements } } : drop(record.policies, key);
    await world.functions.save({ ...record, policies });
    return reply;
  });
}

function keyOf(record: FunctionRecord, qualifier: string | undefined): string {
  if (qualifier === undefined) return '$LATEST';
  if (qualifier === '$LATEST') throw invalid('We currently do not support adding policies for $LATEST.');
  if (!/^[\w$-]{1,128}$/.test(qualifier)) throw validation(qualifier, 'qualifier', 'Member must satisfy regular expression pattern: \\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+');
  if (/^\d+$/.test(qualifier) ? !versionOf(record, qualifier) : qualifier.includes('$')) throw functionNotFound(functionArn(record.region, record.name, qualifier));
  if (!/^\d+$/.test(qualifier)) aliasNamed(record, qualifier);
  return qualifier;
}

function targetRevision(record: FunctionRecord, key: string): string | undefined {
  return record.aliases?.find((one) => one.name === key)?.revisionId ?? revisionOf(versionOf(record, key) ?? record.latest);
}

function makeStatement(input: Input, sid: string, resource: string): PolicyStatement {
  const action = required(input, 'Action', /^(lambda:[*]|lambda:[a-zA-Z]+|[*])$/, '(lambda:[*]|lambda:[a-zA-Z]+|[*])');
  const principal = principalOf(required(input, 'Principal', /^\S+$/, '[^\\s]+'));
  const condition = conditionOf(input);
  return { Sid: sid, Effect: 'Allow', Principal: principal, Action: action, Resource: resource, ...(Object.keys(condition).length ? { Condition: condition } : {}) };
}

function principalOf(text: string): unknown {
  if (text === '*') return text;
  if (/^\d{12}$/.test(text)) return { AWS: `arn:aws:iam::${text}:root` };
  if (/^arn:[a-z-]+:(iam|sts)::/.test(text)) return { AWS: text };
  if (/^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazon(aws)?\.com(\.cn)?$/.test(text)) return { Service: text };
  throw invalid('The provided principal was invalid. Please check the principal and try again.');
}

const equal: Readonly<Record<string, string>> = {
  SourceAccount: 'AWS:SourceAccount',
  EventSourceToken: 'lambda:EventSourceToken',
  FunctionUrlAuthType: 'lambda:FunctionUrlAuthType',
  PrincipalOrgID: 'aws:PrincipalOrgID',
};

function conditionOf(input: Input): Record<string, object> {
  const equals = Object.entries(equal).flatMap(([member, key]) => (textOf(input, member) === undefined ? [] : [[key, textOf(input, member)]]));
  const source = textOf(input, 'SourceArn');
  return {
    ...(equals.length ? { StringEquals: Object.fromEntries(equals) as object } : {}),
    ...(source === undefined ? {} : { ArnLike: { 'AWS:SourceArn': source } }),
    ...(typeof input.InvokedViaFunctionUrl === 'boolean' ? { Bool: { 'lambda:InvokedViaFunctionUrl': String(input.InvokedViaFunctionUrl) } } : {}),
  };
}

function required(input: Input, member: string, pattern: RegExp, shown: string): string {
  const text = textOf(input, member);
  const lower = member.charAt(0).toLowerCase() + member.slice(1);
  if (text === undefined) throw validation(undefined, lower, 'Member must not be null');
  if (!pattern.test(text)) throw validation(text, lower, `Member must satisfy regular expression pattern: ${shown}`);
  return text;
}
