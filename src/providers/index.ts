import type { ProviderHost } from '../core/host';
import type { FunctionProvider } from '../core/provider';
import { aws } from './aws';
import { gcp } from './gcp';
import { local } from './local';

/** Every provider that comes with the extension, in the order in which they are shown. */
export function createProviders(host: ProviderHost): readonly FunctionProvider[] {
  return [local(host), aws(host), gcp(host)];
}
