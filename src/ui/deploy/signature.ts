import * as vscode from 'vscode';
import type { SourceFolder } from '../../core/manifest';
import { manifestError } from '../../core/packaging/request';
import { type FunctionProvider, supports } from '../../core/provider';
import { runsSignature } from '../../core/signature';

/** Throws `InputError` with who would run it when a provider does not call handlers as this folder's wants to be called. */
export async function requireSignature({ path, manifest }: SourceFolder, provider: FunctionProvider, all: readonly FunctionProvider[]): Promise<void> {
  const { name, signature } = manifest;
  if (runsSignature(provider, signature)) return;
  const others = all.filter((other) => supports(other, 'deploy') && runsSignature(other, signature)).map(({ label }) => label);
  const fault = signature
    ? vscode.l10n.t('{0} does not call handlers in the way "{1}" that {2} is written for', provider.label, signature, name)
    : vscode.l10n.t('{0} does not call handlers with an event and a context, as {1} is written for', provider.label, name);
  const other = others.length > 0 ? vscode.l10n.t('deploy it to {0}, or change "signature" in deck.json and the handler', others.join(' / ')) : vscode.l10n.t('change "signature" in deck.json and the handler');
  throw await manifestError(path, 'signature', `${fault}; ${other}.`);
}
