import * as vscode from 'vscode';
import { planDeploy } from '../../core/deployPlan';
import type { Deck } from '../deck';
import { prepare } from '../deploy/prepare';
import { resolveEnvironment } from '../deploy/secrets';
import { requireSignature } from '../deploy/signature';
import { withProgress } from '../progress';
import type { DebugTarget } from './target';

type Needs = Pick<Deck, 'service' | 'sources' | 'dist' | 'cache' | 'secrets' | 'problems' | 'log'>;

/** Has the function's provider run what is in the source folder now. Whether to go on: not when the user gave up. */
export async function bring(deck: Needs, { ref, source }: DebugTarget): Promise<boolean> {
  if (!source) return true;
  const provider = deck.service.able(ref.provider, 'deploy');
  await requireSignature(source, provider, deck.service.providers);
  const environment = await resolveEnvironment(source.manifest.environment, deck.secrets);
  if (!environment) return false;
  const target = deck.sources.target(source, ref) ?? { provider: ref.provider };
  await withProgress(vscode.l10n.t('Preparing {0} for debugging', ref.name), async (progress) => {
    const { settings, code, deployed } = await prepare(deck, source, { target, ref }, environment, progress);
    const request = { ref, settings, ...code };
    if (planDeploy(deployed, request, provider).action === 'nothing') return;
    await ('folder' in request ? deck.service.link(request, progress) : deck.service.deploy(request, progress));
  });
  deck.problems.clear(ref);
  return true;
}
