import { fitSettings } from '../../core/deployPlan';
import type { SourceFolder } from '../../core/manifest';
import { manifestSettings } from '../../core/manifestSettings';
import type { DeploymentPackage, FunctionConfig, FunctionProvider, FunctionSettings } from '../../core/provider';
import type { Deck } from '../deck';
import type { Progress } from '../progress';
import { findTools } from '../tools';
import type { ChosenTarget } from './target';

type Needs = Pick<Deck, 'service' | 'dist' | 'cache'>;

/** What a deploy is about to bring, and what is there. */
export interface Prepared {
  readonly source: SourceFolder;
  readonly chosen: ChosenTarget;
  readonly provider: FunctionProvider;
  readonly settings: FunctionSettings;
  /** Names in the manifest of settings that the provider does not have. */
  readonly ignored: readonly string[];
  readonly code: DeploymentPackage;
  readonly deployed: FunctionConfig | undefined;
}

/** Packages the folder, and looks at the function as it is now. */
export async function prepare(deck: Needs, source: SourceFolder, chosen: ChosenTarget, environment: Record<string, string>, progress: Progress): Promise<Prepared> {
  const provider = deck.service.able(chosen.ref.provider, 'deploy');
  const [code, deployed] = await Promise.all([pack(deck, source, provider, progress), deck.service.describe(chosen.ref, { ...progress, forCode: true })]);
  const fitted = fitSettings(manifestSettings(source.manifest, chosen.target, environment), provider.settings);
  return { source, chosen, provider, ...fitted, code, deployed };
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
