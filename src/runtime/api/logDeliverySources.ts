import type { DeliverySource } from '../store/logAccount';
import type { ApiCall, Input, World } from './call';
import { ApiError, validation } from './errors';
import { mapOf, textOf } from './input';
import { missing, pageOf } from './logGroups';
import { keep, kept, logsArn, required } from './logKept';

/** As `[\w-]*` and at most 60 letters, as all names of deliveries have to be. */
export function deliveryName(input: Input, member: string): string {
  const name = required(input, member, 60);
  if (/^[\w-]*$/.test(name)) return name;
  throw validation(name, member, 'Member must satisfy regular expression pattern: [\\w-]*');
}

export const invalidDelivery = (message: string) => new ApiError(400, 'ValidationException', message);
export const conflict = (message: string) => new ApiError(400, 'ConflictException', message);
export const quota = 'ServiceQuotaExceededException';

interface Arn {
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

/** Its parts; one without a region belongs to all. */
export function arnIn(text: string, call: Pick<ApiCall, 'region'>): Arn {
  const [, service = '', region = '', account = '', resource = ''] = /^arn:[\w-]+:([\w-]+):([\w-]*):(\d{12})?:(.+)$/.exec(text) ?? [];
  if (!service) throw invalidDelivery(`The ARN ${text} is not valid.`);
  if (region && region !== call.region) throw invalidDelivery(`The ARN ${text} is of another region than ${call.region}.`);
  return { service, region, account, resource };
}

/** What writes logs that are delivered, each with its types of logs, where they are documented: `logType` of https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutDeliverySource.html */
const logTypes: Readonly<Record<string, readonly string[] | 'any'>> = {
  bedrock: ['APPLICATION_LOGS', 'EVENT_LOGS'],
  'bedrock-agentcore': ['APPLICATION_LOGS', 'TRACES', 'USAGE_LOGS'],
  cloudfront: ['ACCESS_LOGS'],
  codewhisperer: ['EVENT_LOGS'],
  ec2: ['EVENT_LOGS'],
  eks: ['AUTO_MODE_BLOCK_STORAGE_LOGS', 'AUTO_MODE_COMPUTE_LOGS', 'AUTO_MODE_IPAM_LOGS', 'AUTO_MODE_LOAD_BALANCING_LOGS'],
  elasticloadbalancing: ['NLB_ACCESS_LOGS'],
  entityresolution: ['WORKFLOW_LOGS'],
  events: 'any',
  mediapackagev2: ['EGRESS_ACCESS_LOGS', 'INGRESS_ACCESS_LOGS'],
  mediatailor: ['AD_DECISION_SERVER_LOGS', 'MANIFEST_SERVICE_LOGS', 'TRANSCODE_LOGS'],
  'network-firewall': ['ALERT_LOGS', 'ALLOW_LOGS', 'DENY_LOGS'],
  pcs: ['PCS_JOBCOMP_LOGS', 'PCS_SCHEDULER_AUDIT_LOGS', 'PCS_SCHEDULER_LOGS'],
  qbusiness: ['EVENT_LOGS', 'SYNC_JOB_LOGS'],
  quicksight: ['CHAT_LOGS', 'FEEDBACK_LOGS'],
  rtbfabric: ['APPLICATION_LOGS'],
  securityhub: ['SECURITY_FINDING_LOGS'],
  ses: ['APPLICATION_LOGS', 'TRAFFIC_POLICY_DEBUG_LOGS'],
  sso: ['ERROR_LOGS'],
  workmail: ['ACCESS_CONTROL_LOGS', 'AUTHENTICATION_LOGS', 'WORKMAIL_AVAILABILITY_PROVIDER_LOGS', 'WORKMAIL_MAILBOX_ACCESS_LOGS', 'WORKMAIL_PERSONAL_ACCESS_TOKEN_LOGS'],
};

export function putDeliverySource(input: Input, world: World, call: ApiCall): object {
  const name = deliveryName(input, 'name');
  const [resource, logType] = [required(input, 'resourceArn'), required(input, 'logType')];
  checkType(arnIn(resource, call).service, logType);
  const before = world.logAccount.get('deliverySources', name);
  if (before && (before.resource !== resource || before.logType !== logType)) throw conflict(`The delivery source ${name} exists with another resource or log type.`);
  const source: DeliverySource = { name, region: call.region, resource, logType, tags: mapOf(input.tags, 'tags') ?? before?.tags };
  keep(world, 'deliverySources', source, quota);
  return { deliverySource: sourceShape(source) };
}

// As recorded, what cannot write such logs is as if it were not there.
function checkType(service: string, logType: string): void {
  const types = Object.hasOwn(logTypes, service) ? logTypes[service] : undefined;
  if (!types) throw missing('Cannot access provided service.');
  if (types !== 'any' && !types.includes(logType)) throw invalidDelivery(`The log type ${logType} is not valid for ${service}: ${types.join(', ')}.`);
}

export function getDeliverySource(input: Input, world: World): object {
  return { deliverySource: sourceShape(existingSource(world, deliveryName(input, 'name'))) };
}

export function describeDeliverySources(input: Input, world: World): object {
  const page = pageOf(world.logAccount.list('deliverySources'), input);
  return { deliverySources: page.items.map(sourceShape), nextToken: page.nextToken };
}

export function deleteDeliverySource(input: Input, world: World): object {
  const { name } = existingSource(world, textOf(input, 'name'));
  if (world.logAccount.list('deliveries').some((one) => one.source === name)) throw conflict(`The delivery source ${name} is used by a delivery.`);
  world.logAccount.remove('deliverySources', name);
  return {};
}

export function existingSource(world: World, name = ''): DeliverySource {
  return kept(world, 'deliverySources', name, 'Requested Delivery Source does not exist in this account.');
}

export function sourceShape({ name, region, resource, logType, tags }: DeliverySource): object {
  return { name, arn: logsArn(region, `delivery-source:${name}`), resourceArns: [resource], service: resource.split(':')[2], logType, tags };
}
