import type { Shape } from '../../core/lazy';
import type { FunctionProvider } from '../../core/provider';

type Members = 'scopes' | 'list' | 'deploy' | 'remove' | 'invoke' | 'tail' | 'code' | 'config' | 'versions' | 'configure' | 'places';

/** What the part of the provider can do that needs Google's clients. */
export type GoogleMembers = Required<Pick<FunctionProvider, Members>>;

/** The same, to be loaded when the first of them is called. */
export const googleShape: Shape<GoogleMembers> = {
  scopes: 'call',
  list: 'stream',
  deploy: 'call',
  remove: 'call',
  invoke: 'call',
  tail: 'stream',
  code: { download: 'call' },
  config: { read: 'call', write: 'call' },
  versions: { list: 'stream', route: 'call' },
  configure: { settings: 'call' },
  places: { list: 'call' },
};
