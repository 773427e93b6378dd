import type { Shape } from '../../core/lazy';
import type { FunctionProvider } from '../../core/provider';
import { type LambdaMembers, lambdaShape } from '../aws/lazy';
import type { TriggerMembers } from './triggers';

/** What the local runtime can do: all that Lambda's API can, and more. */
export type LocalMembers = LambdaMembers & Required<Pick<FunctionProvider, 'live' | 'debug'>> & { readonly triggers: TriggerMembers };

/** The same, to be loaded when the first of them is called. */
export const localShape: Shape<LocalMembers> = {
  ...lambdaShape,
  live: { link: 'call' },
  debug: { processes: 'stream', hold: 'call' },
  triggers: { list: 'call', add: 'call', remove: 'call', enable: 'call' },
};
