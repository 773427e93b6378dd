import { queueArn, type Queue } from '../store/queues';
import type { Input } from './call';
import { isObject } from './input';
import { changedAttributes } from './sqsAttributes';
import { invalidValue, missing, overLimit } from './sqsErrors';
import { queueOf, textIn, textsIn, type SqsCall } from './sqsInput';

// Who may do what is kept in the queue's policy, as on AWS; here nothing asks for it.

interface Policy {
  readonly Statement: readonly Input[];
}

const mostActions = 7;
const actions = ['*', 'ChangeMessageVisibility', 'DeleteMessage', 'GetQueueAttributes', 'GetQueueUrl', 'ListDeadLetterSourceQueues', 'PurgeQueue', 'ReceiveMessage', 'SendMessage'];

export async function addPermission(at: SqsCall): Promise<object> {
  const queue = queueOf(at);
  const label = labelOf(at.input);
  const statement = { Sid: label, Effect: 'Allow', Principal: { AWS: oneOrMany(accountsOf(at.input)) }, Action: oneOrMany(actionsOf(at.input)), Resource: queueArn(queue.record) };
  const policy = policyOf(queue);
  if (policy.Statement.some(({ Sid }) => Sid === label)) throw invalidValue(label, 'Label', 'Already exists.');
  await save(at, queue, { ...policy, Statement: [...policy.Statement, statement] });
  return {};
}

export async function removePermission(at: SqsCall): Promise<object> {
  const queue = queueOf(at);
  const label = labelOf(at.input);
  const policy = policyOf(queue);
  const Statement = policy.Statement.filter(({ Sid }) => Sid !== label);
  if (Statement.length === policy.Statement.length) throw invalidValue(label, 'Label', "can't find label.");
  await save(at, queue, { ...policy, Statement });
  return {};
}

function labelOf(input: Input): string {
  const label = textIn(input, 'Label');
  if (!label) throw missing('Label');
  if (/^[\w-]{1,80}$/.test(label)) return label;
  throw invalidValue(label, 'Label', 'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length.');
}

function accountsOf(input: Input): readonly string[] {
  const ids = textsIn(input, 'AWSAccountIds');
  if (!ids.length) throw missing('PrincipalId');
  if (ids.every((id) => /^\d{12}$/.test(id))) return ids.map((id) => `arn:aws:iam::${id}:root`);
  throw invalidValue(`[${ids.join(', ')}]`, 'PrincipalId', 'Unable to verify.');
}

function actionsOf(input: Input): readonly string[] {
  const names = textsIn(input, 'Actions');
  if (!names.length) throw missing('Actions');
  if (names.length > mostActions) throw overLimit(`${names.length} Actions were found, maximum allowed is ${mostActions}.`);
  const odd = names.find((name) => !actions.includes(name));
  if (odd !== undefined) throw invalidValue(`SQS:${odd}`, 'ActionName', 'Please refer to the appropriate WSDL for a list of valid actions.');
  return names.map((name) => `SQS:${name}`);
}

function oneOrMany(texts: readonly string[]): string | readonly string[] | undefined {
  return texts.length > 1 ? texts : texts[0];
}

// One that somebody else wrote need not have the form of ours.
function policyOf({ record }: Queue): Policy {
  const fresh = { Version: '2008-10-17', Id: `${queueArn(record)}/SQSDefaultPolicy` };
  const { Statement, ...rest } = parse(record.attributes.Policy);
  return { ...fresh, ...rest, Statement: [Statement].flat().filter(isObject) };
}

function parse(text: string | undefined): Input {
  try {
    const policy: unknown = JSON.parse(text ?? '{}');
    return isObject(policy) ? policy : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

async function save({ world }: SqsCall, queue: Queue, policy: Policy): Promise<void> {
  const Policy = policy.Statement.length ? JSON.stringify(policy) : '';
  const attributes = changedAttributes(world, queue.record, { Policy });
  await world.queues.save(queue, { ...queue.record, attributes, changed: Date.now() });
}
