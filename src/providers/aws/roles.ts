import { AttachRolePolicyCommand, CreateRoleCommand, GetRoleCommand, ListRolesCommand, PutRolePolicyCommand, type Role as IamRole } from '@aws-sdk/client-iam';
import { explain } from '../../core/change';
import { isProviderError, ProviderError } from '../../core/errors';
import type { CallOptions } from '../../core/provider';
import { call } from './call';
import type { Connect } from './config';
import type { Connection } from './client';
import { roleName } from './roleName';

/** An identity that a function may run as. */
export interface Role {
  /** Its full name (ARN). */
  readonly id: string;
  readonly label: string;
}

export interface Roles {
  list(scope: string, options: CallOptions): Promise<readonly Role[]>;
  /** Makes a role that lets a function write its log and nothing else. */
  create(scope: string, functionName: string, options: CallOptions): Promise<Role>;
}

const principal = 'lambda.amazonaws.com';
/** IAM gives 100 roles a page; an account with more than this many has a naming scheme to type from. */
const mostPages = 20;

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: principal }, Action: 'sts:AssumeRole' }],
});

/** The roles that Lambda may assume, and a way to a basic one. */
export function roles(connect: Connect): Roles {
  return {
    list: async (scope, options) => (await listRoles(await connect(scope, options), options)).filter(trustsLambda).map(toRole),
    create: async (scope, functionName, options) => createRole(await connect(scope, options), functionName, options),
  };
}

async function listRoles(connection: Connection, options: CallOptions): Promise<readonly IamRole[]> {
  const found: IamRole[] = [];
  let marker: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const command = new ListRolesCommand({ Marker: marker, MaxItems: 100 });
    const answer = await call(connection, { action: 'iam:ListRoles', send: (at) => connection.iam.send(command, at) }, options);
    found.push(...(answer.Roles ?? []));
    if (!answer.IsTruncated || !answer.Marker || answer.Marker === marker) break;
    marker = answer.Marker;
  }
  return found;
}

function trustsLambda({ AssumeRolePolicyDocument: document = '' }: IamRole): boolean {
  // The document comes with its characters escaped as in an address.
  return document.includes(principal) || document.includes(encodeURIComponent(principal));
}

function toRole({ Arn = '', RoleName = '', Path = '/' }: IamRole): Role {
  return { id: Arn, label: Path === '/' ? RoleName : `${Path.slice(1)}${RoleName}` };
}

/** Done twice it gives the same role, so a lost answer costs nothing. */
async function createRole(connection: Connection, functionName: string, options: CallOptions): Promise<Role> {
  const name = roleName(functionName);
  const role = (await findRole(connection, name, options)) ?? (await makeRole(connection, name, functionName, options));
  if (!role.Arn) throw new ProviderError('unknown', `The role ${name} has no name of its own (ARN); create a role in the IAM console and choose it.`);
  if (!trustsLambda(role)) throw new ProviderError('conflict', `The role ${name} exists, but not for Lambda; choose another role.`);
  try {
    await allowLogs(connection, name, role.Arn, options);
  } catch (error) {
    throw explain(`The role ${name} was created, but may not write logs yet`, error);
  }
  return toRole(role);
}

const logs = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'], Resource: '*' }],
});

/** By AWS's own policy; where a server has none of those, by the same words in the role itself. */
async function allowLogs(connection: Connection, name: string, arn: string, options: CallOptions): Promise<void> {
  const policy = 'AWSLambdaBasicExecutionRole';
  const partition = arn.slice(0, arn.indexOf(':iam:'));
  const attach = new AttachRolePolicyCommand({ RoleName: name, PolicyArn: `${partition}:iam::aws:policy/service-role/${policy}` });
  try {
    await call(connection, { action: 'iam:AttachRolePolicy', subject: policy, send: (at) => connection.iam.send(attach, at) }, options);
  } catch (error) {
    if (!isProviderError(error) || error.kind !== 'notFound') throw error;
    const put = new PutRolePolicyCommand({ RoleName: name, PolicyName: policy, PolicyDocument: logs });
    await call(connection, { action: 'iam:PutRolePolicy', subject: name, send: (at) => connection.iam.send(put, at) }, options);
  }
}

async function findRole(connection: Connection, name: string, options: CallOptions): Promise<IamRole | undefined> {
  const command = new GetRoleCommand({ RoleName: name });
  try {
    return (await call(connection, { action: 'iam:GetRole', subject: name, send: (at) => connection.iam.send(command, at) }, options)).Role;
  } catch (error) {
    if (isProviderError(error) && error.kind === 'notFound') return undefined;
    throw error;
  }
}

async function makeRole(connection: Connection, name: string, functionName: string, options: CallOptions): Promise<IamRole> {
  const command = new CreateRoleCommand({
    RoleName: name,
    AssumeRolePolicyDocument: trust,
    Description: `Lets the function ${functionName} write its log; made by Function Deck.`,
  });
  const answer = await call(connection, { action: 'iam:CreateRole', subject: name, send: (at) => connection.iam.send(command, at) }, options);
  return answer.Role ?? { Path: undefined, RoleName: name, RoleId: undefined, Arn: undefined, CreateDate: undefined };
}
