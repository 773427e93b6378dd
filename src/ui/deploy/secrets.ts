import * as vscode from 'vscode';
import { fillSecrets, secretNames } from '../../core/secrets';

/** Environment values with their secrets filled in; asks for those not kept yet. `undefined` when the user gave up. */
export async function resolveEnvironment(
  environment: Readonly<Record<string, string>> | undefined,
  secrets: vscode.SecretStorage,
): Promise<Record<string, string> | undefined> {
  const values = new Map<string, string>();
  for (const name of secretNames(environment)) {
    const value = (await secrets.get(`secret:${name}`)) ?? (await askSecret(name, secrets));
    if (value === undefined) return undefined;
    values.set(name, value);
  }
  return fillSecrets(environment ?? {}, values);
}

async function askSecret(name: string, secrets: vscode.SecretStorage): Promise<string | undefined> {
  const prompt = vscode.l10n.t('Value of the secret {0}; it is kept in the editor\'s secret storage on this machine', name);
  const value = await vscode.window.showInputBox({ prompt, password: true, ignoreFocusOut: true });
  if (value !== undefined) await secrets.store(`secret:${name}`, value);
  return value;
}
