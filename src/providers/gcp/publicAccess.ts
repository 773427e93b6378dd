import type { run_v1 } from 'googleapis/build/src/apis/run/v1';
import { makeChange } from '../../core/change';
import { isProviderError, ProviderError } from '../../core/errors';
import { oneLine } from '../../core/link';
import type { CallOptions, FunctionSettings } from '../../core/provider';
import { call } from './call';
import type { Connection } from './client';

type Policy = run_v1.Schema$Policy;
type Binding = run_v1.Schema$Binding;
type Access = NonNullable<FunctionSettings['access']>;

const role = 'roles/run.invoker';
const everyone = 'allUsers';
const tries = 3;

/** A Cloud Run service by its full name, and the function's name for messages. */
export interface Service {
  readonly resource: string;
  readonly name: string;
}

/** Who may call the service; `undefined` when that may not be read. */
export async function readAccess(connection: Connection, service: Service, options: CallOptions): Promise<Access | undefined> {
  try {
    return accessOf(await readPolicy(connection, service, options));
  } catch (error) {
    if (isProviderError(error) && (error.kind === 'denied' || error.kind === 'notFound')) return undefined;
    throw error;
  }
}

/**
 * Lets everyone call the service, or only who has the role, and changes nothing else of its policy. Gives a sentence about who
 * may call it all the same, if there is such. Where `unseen` is `fine`, a function that is to be private and whose policy may not be
 * read is left as it is, and the sentence says so.
 */
export async function writeAccess(connection: Connection, service: Service, wanted: Access, options: CallOptions, unseen: 'fine' | 'wrong' = 'wrong'): Promise<string | undefined> {
  for (let left = tries; ; left -= 1) {
    const policy = await (wanted === 'private' && unseen === 'fine' ? unlessDenied(readPolicy(connection, service, options)) : readPolicy(connection, service, options));
    if (!policy) return `who may call ${service.name} cannot be seen; run.services.getIamPolicy is missing`;
    try {
      if (accessOf(policy) !== wanted) await writePolicy(connection, service, changed(policy, wanted), options);
      return wanted === 'private' && hasMember(policy, 'allAuthenticatedUsers') ? `everyone with a Google account may still call ${service.name} (allAuthenticatedUsers)` : undefined;
    } catch (error) {
      // Somebody else changed the policy in between.
      if (!isProviderError(error) || error.kind !== 'conflict' || left <= 1) throw refusedByPolicy(error, service) ?? error;
    }
  }
}

function readPolicy(connection: Connection, { resource, name }: Service, options: CallOptions): Promise<Policy> {
  const { services } = connection.run1.projects.locations;
  // Policies with conditions are only complete in version 3.
  const request = { resource, 'options.requestedPolicyVersion': 3 };
  return call(connection, { action: 'run.services.getIamPolicy', subject: name, repeat: true, send: (at) => services.getIamPolicy(request, at) }, options);
}

async function unlessDenied<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isProviderError(error) && error.kind === 'denied') return undefined;
    throw error;
  }
}

async function writePolicy(connection: Connection, service: Service, policy: Policy, options: CallOptions): Promise<void> {
  const { services } = connection.run1.projects.locations;
  const request = { resource: service.resource, requestBody: { policy } };
  const wanted = accessOf(policy);
  await makeChange(
    {
      send: (at) => call(connection, { action: 'run.services.setIamPolicy', subject: service.name, send: (sent) => services.setIamPolicy(request, sent) }, at),
      landed: async (at) => {
        const found = await readPolicy(connection, service, at);
        return accessOf(found) === wanted ? found : undefined;
      },
      undone: `Who may call ${service.name} was not changed`,
      done: `Who may call ${service.name} was changed`,
      unsure: `Who may call ${service.name} may or may not have been changed`,
    },
    options,
  );
}

function accessOf(policy: Policy): Access {
  return hasMember(policy, everyone) ? 'public' : 'private';
}

function hasMember({ bindings }: Policy, member: string): boolean {
  return (bindings ?? []).some((binding) => isInvoker(binding) && (binding.members ?? []).includes(member));
}

function isInvoker(binding: Binding): boolean {
  return binding.role === role && !binding.condition;
}

function changed(policy: Policy, wanted: Access): Policy {
  const bindings = policy.bindings ?? [];
  return { ...policy, bindings: wanted === 'public' ? opened(bindings) : closed(bindings) };
}

function opened(bindings: readonly Binding[]): Binding[] {
  const found = bindings.find(isInvoker);
  if (!found) return [...bindings, { role, members: [everyone] }];
  return bindings.map((binding) => (binding === found ? { ...binding, members: [...(binding.members ?? []), everyone] } : binding));
}

function closed(bindings: readonly Binding[]): Binding[] {
  const left = bindings.map((binding) => (isInvoker(binding) ? { ...binding, members: (binding.members ?? []).filter((member) => member !== everyone) } : binding));
  return left.filter(({ members }) => (members ?? []).length > 0);
}

/** https://cloud.google.com/resource-manager/docs/organization-policy/restricting-domains */
function refusedByPolicy(error: unknown, { name }: Service): ProviderError | undefined {
  if (!isProviderError(error) || !/permitted customer|organi[sz]ation policy|allowedPolicyMemberDomains/i.test(error.message)) return undefined;
  const message = `The organisation does not let everyone call ${name} (constraint iam.allowedPolicyMemberDomains); choose the access "private", or ask for an exception.`;
  return new ProviderError('denied', message, { cause: error, lines: [oneLine(error.message)] });
}
