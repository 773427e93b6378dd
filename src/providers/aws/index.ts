import type { ProviderHost } from '../../core/host';
import type { FunctionProvider } from '../../core/provider';
import { lazyMembers, once } from './lazy';
import { templates } from './templates';

/** AWS Lambda: a light object whose members load the SDK when the first of them is called. */
export function aws(host: ProviderHost): FunctionProvider {
  const load = once(async () => (await import('./provider')).provider(host));
  return {
    id: 'aws',
    label: 'AWS Lambda',
    icon: 'cloud',
    remote: true,
    templates: templates(host.dist),
    // https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html
    runtimeModules: (runtime) => (/^nodejs(?:1[89]|[2-9]\d)\./.test(runtime) ? ['@aws-sdk/*', '@smithy/*'] : []),
    ...lazyMembers(load),
    roles: {
      list: async (...args) => (await load()).roles.list(...args),
      create: async (...args) => (await load()).roles.create(...args),
    },
    configure: { settings: async (...args) => (await load()).configure.settings(...args) },
  };
}
