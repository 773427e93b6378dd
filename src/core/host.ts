import * as path from 'node:path';
import type { Icon } from './provider';

/** What a provider needs of the world around it. */
export interface ProviderHost {
  /** Folder with the built files: bundles, the runtime and its bootstraps, templates. */
  readonly dist: string;
  /** Folder that the provider may write to; it survives restarts. */
  readonly storage: string;
  /** The value of a setting below `functionDeck.`, for example `aws.regions`; never one that a workspace brought along unasked. */
  setting<T>(key: string): T | undefined;
  /** One line for the extension's own log; never a secret. */
  log(line: string): void;
}

/** A provider's own picture: `media/providers/<name>-light.svg` and its dark twin. */
export function picture({ dist }: Pick<ProviderHost, 'dist'>, name: string): Icon {
  const file = (theme: string): string => path.join(dist, '..', 'media', 'providers', `${name}-${theme}.svg`);
  return { light: file('light'), dark: file('dark') };
}
