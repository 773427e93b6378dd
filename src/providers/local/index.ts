import * as path from 'node:path';
import type { ProviderHost } from '../../core/host';
import { lazily, once } from '../../core/lazy';
import type { FunctionProvider } from '../../core/provider';
import { invokeModes, settings } from '../aws/lazy';
import { templates } from '../aws/templates';
import { localShape } from './lazy';
import { signatures } from './signature';
import { triggerKinds } from './triggerKinds';

/** The local runtime: a light object whose members start it when the first of them is called. */
export function local(host: ProviderHost): FunctionProvider {
  const load = once(async () => (await import('./provider')).provider(host));
  const members = lazily(load, localShape);
  return {
    id: 'local',
    label: 'Local Runtime',
    icon: 'device-desktop',
    remote: false,
    signatures,
    templates: templates(path.join(host.dist, 'templates', 'aws')),
    invokeModes,
    settings,
    // So that a handler that is called in another way now is a change.
    asKept: (wanted) => ({ ...wanted, signature: wanted.signature ?? 'lambda' }),
    ...members,
    triggers: { kinds: triggerKinds, ...members.triggers },
  };
}
