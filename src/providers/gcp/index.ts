import * as path from 'node:path';
import { picture, type ProviderHost } from '../../core/host';
import { lazily, once } from '../../core/lazy';
import type { FunctionProvider } from '../../core/provider';
import { asKept, settings } from './kept';
import { googleShape } from './lazy';
import { alsoChanges, nextQuestion } from './questions';
import { templates } from './templates';

/** Google Cloud: a light object whose members load Google's clients when the first of them is called. */
export function gcp(host: ProviderHost): FunctionProvider {
  const load = once(async () => (await import('./provider')).provider(host));
  return {
    id: 'gcp',
    label: 'Google Cloud',
    icon: picture(host, 'hexagon'),
    remote: true,
    templates: templates(path.join(host.dist, 'templates', 'gcp')),
    packaging: { builds: true },
    signatures: ['functions-framework/http', 'functions-framework/cloudevent'],
    invokeModes: ['sync'],
    settings,
    asKept,
    nextQuestion,
    alsoChanges,
    ...lazily(load, googleShape),
  };
}
