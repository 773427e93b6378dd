import { fitSettings } from '../../core/deployPlan';
import { liveObstacle } from '../../core/liveFolder';
import type { SourceFolder } from '../../core/manifest';
import { manifestSettings } from '../../core/manifestSettings';
import { type DeploymentPackage, type DeployRequest, type FunctionConfig, type FunctionProvider, type FunctionSettings, type LinkRequest, supports } from '../../core/provider';
import type { Deck } from '../deck';
import type { Progress } from '../progress';
import { setting } from '../settings';
import { findTools } from '../tools';
import type { ChosenTarget } from './target';

type Needs = Pick<Deck, 'service' | 'dist' | 'cache'>;

/** A package, or the folder to run from. */
export type Code = Pick<DeployRequest, 'package'> | Pick<LinkRequest, 'folder'>;

/** What a deploy is about to bring, and what is there. */
export interface Prepared {
  readonly source: SourceFolder;
  readonly chosen: ChosenTarget;
  readonly provider: FunctionProvider;
  readonly settings: FunctionSettings;
  /** Names in the manifest of settings that the provider does not have. */
  readonly ignored: readonly string[];
  readonly code: Code;
  /** Why it gets a package where it could run from its folder otherwise, with the cure. */
  readonly obstacle?: string;
  readonly deployed: FunctionConfig | undefined;
}

/** Packages the folder if it cannot be run from, and looks at the function as it is now. */
export async function prepare(deck: Needs, source: SourceFolder, chosen: ChosenTarget, environment: Record<string, string>, progress: Progress): Promise<Prepared> {
  const provider = deck.service.able(chosen.ref.provider, 'deploy');
  const [made, deployed] = await Promise.all([makeCode(deck, source, provider, progress), deck.service.describe(chosen.ref, { ...progress, forCode: true })]);
  const fitted = fitSettings(manifestSettings(source.manifest, chosen.target, environment), provider.settings);
  return { source, chosen, provider, ...fitted, ...made, deployed };
}

async function makeCode(deck: Needs, source: SourceFolder, provider: FunctionProvider, progress: Progress): Promise<Pick<Prepared, 'code' | 'obstacle'>> {
  const mayLink = supports(provider, 'live') && setting<boolean>('local.live') !== false;
  const obstacle = mayLink ? await liveObstacle({ folder: source.path, manifest: source.manifest }) : undefined;
  if (mayLink && obstacle === undefined) return { code: { folder: source.path } };
  return { code: { package: await pack(deck, source, provider, progress) }, obstacle };
}

async function pack(deck: Needs, { path: folder, manifest }: SourceFolder, { remote, packaging }: FunctionProvider, progress: Progress): Promise<DeploymentPackage> {
  const { packageFolder } = await import('../../core/package');
  const tools = await findTools(deck.dist);
  const platform = remote ? 'linux' : 'host';
  const { builds } = packaging ?? {};
  const provided = packaging?.provided?.(manifest.runtime ?? '');
  const request = { folder, manifest, platform, cache: deck.cache, tools, provided, builds } as const;
  return packageFolder(request, progress);
}
