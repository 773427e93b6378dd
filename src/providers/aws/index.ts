import * as path from 'node:path';
import { picture, type ProviderHost } from '../../core/host';
import { lazily, once } from '../../core/lazy';
import type { FunctionProvider } from '../../core/provider';
import { invokeModes, lambdaShape, settings } from './lazy';
import { roleQuestion } from './roleQuestion';
import { templates } from './templates';

/** AWS Lambda: a light object whose members load the SDK when the first of them is called. */
export function aws(host: ProviderHost): FunctionProvider {
  const load = once(async () => (await import('./provider')).provider(host));
  const { roles, ...members } = lazily(load, { ...lambdaShape, roles: { list: 'call', create: 'call' }, configure: { settings: 'call' } });
  return {
    id: 'aws',
    label: 'AWS Lambda',
    icon: picture(host, 'lambda'),
    remote: true,
    templates: templates(path.join(host.dist, 'templates', 'aws')),
    // https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html
    packaging: { provided: (runtime) => (/^nodejs(?:1[89]|[2-9]\d)\./.test(runtime) ? ['@aws-sdk/*', '@smithy/*'] : []) },
    invokeModes,
    settings: settings.filter((name) => name !== 'signature'),
    nextQuestion: (ref, { role }) => (role ? undefined : roleQuestion(roles, ref)),
    ...members,
  };
}
