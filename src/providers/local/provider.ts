import { ProviderError, throwIfAborted } from '../../core/errors';
import type { ProviderHost } from '../../core/host';
import type { CallOptions, Scope } from '../../core/provider';
import type { Connect } from '../aws/config';
import type { Access, Connection } from '../aws/client';
import { withDebugging } from './debug';
import { diskUse } from './disk';
import type { Live } from './health';
import type { LocalMembers } from './lazy';
import { type Link, withFolders } from './live';
import { watchLog } from './logWatch';
import { Runtime } from './runtime';
import { withSignatures } from './signature';
import { triggers } from './triggers';

const machine: Scope = { id: 'local', label: 'This machine' };
const pollMs = 300;

/** The AWS provider's own code, pointed at the local runtime. */
export async function provider(host: ProviderHost): Promise<LocalMembers> {
  const { Connection, deployCode, members, patience, price } = await import('../aws/provider');
  const runtime = new Runtime(host);
  const connections = new WeakMap<Live, Connection>();
  const scopes = async ({ signal }: CallOptions): Promise<readonly Scope[]> => {
    throwIfAborted(signal);
    return [{ ...machine, ...(await diskUse(host.storage)) }];
  };
  const connect: Connect = async (scope, options) => {
    if (scope !== machine.id) throw new ProviderError('invalid', `"${scope}" is no scope of the local runtime; its only one is "${machine.id}".`);
    const live = await runtime.ensure(options);
    const connection = connections.get(live) ?? new Connection({ ...findAccess(live), patience, price });
    connections.set(live, connection);
    return connection;
  };
  const ensure = (options: CallOptions): Promise<Live> => runtime.ensure(options);
  const link: Link = async (request, options) => deployCode(await connect(request.ref.scope, options), request, options);
  const all = withFolders(members({ scopes, connect, pollMs: () => pollMs, watch: (ref, signal) => watchLog(ref, ensure, signal) }), link, ensure);
  return { ...withDebugging(withSignatures(all), ensure), triggers: triggers(ensure) };
}

function findAccess({ endpoint, accessKeyId, secretAccessKey }: Live): Omit<Access, 'patience' | 'price'> {
  const cure = 'try again, which starts it anew';
  return {
    provider: 'local',
    scope: machine.id,
    region: 'local',
    identity: 'This machine',
    signIn: 'reload the window',
    system: 'The local runtime',
    unreachable: cure,
    broken: 'it has ended, and the next call starts it anew',
    credentials: { accessKeyId, secretAccessKey },
    // A change is complete when it is answered.
    firstLookMs: 1,
    endpoint: () => ({ url: endpoint, origin: 'the local runtime' }),
    costBasis: 'on AWS Lambda',
    // Lambda's API insists on one; here it means nothing.
    role: 'arn:aws:iam::000000000000:role/local',
  };
}
