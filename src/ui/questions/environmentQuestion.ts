import * as vscode from 'vscode';
import type { FunctionSettings } from '../../core/provider';

type Variables = Readonly<Record<string, string>>;
type Item = vscode.QuickPickItem & { readonly ask: () => Promise<Variables | undefined> };

/** Asks for one change of the environment: a new variable, another value, or one less; `undefined` when the user gives up. */
export async function askEnvironment(title: string, variables: Variables): Promise<FunctionSettings | undefined> {
  const names = Object.keys(variables).sort();
  const add: Item = { label: vscode.l10n.t('$(add) Add a variable…'), ask: () => askNew(title, variables) };
  const rows = names.map((name): Item => ({ label: `$(symbol-variable) ${name}`, ask: () => askChange(title, variables, name) }));
  const picked = await vscode.window.showQuickPick([add, ...rows], { title, placeHolder: vscode.l10n.t('Variable to change') });
  const environment = await picked?.ask();
  return environment && { environment };
}

async function askNew(title: string, variables: Variables): Promise<Variables | undefined> {
  const name = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t('Name of the new variable'),
    placeHolder: 'LOG_LEVEL',
    validateInput: (text) => {
      if (!/^[A-Za-z_]\w*$/.test(text)) return vscode.l10n.t('Type letters, digits and _, a letter first.');
      return Object.hasOwn(variables, text) ? vscode.l10n.t('There is a variable {0} already.', text) : undefined;
    },
  });
  const value = name ? await askValue(title, name, '') : undefined;
  return name && value !== undefined ? { ...variables, [name]: value } : undefined;
}

async function askChange(title: string, variables: Variables, name: string): Promise<Variables | undefined> {
  const change: Item = {
    label: vscode.l10n.t('$(edit) Change its value…'),
    ask: async () => {
      const value = await askValue(title, name, variables[name] ?? '');
      return value === undefined ? undefined : { ...variables, [name]: value };
    },
  };
  const rest = Object.fromEntries(Object.entries(variables).filter(([other]) => other !== name));
  const remove: Item = { label: vscode.l10n.t('$(trash) Remove it'), ask: async () => rest };
  return (await vscode.window.showQuickPick([change, remove], { title, placeHolder: name }))?.ask();
}

/** The value is hidden until the user wants to see it: it may be a secret, and the screen may be shared. */
function askValue(title: string, name: string, value: string): Promise<string | undefined> {
  const box = vscode.window.createInputBox();
  const show: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('eye'), tooltip: vscode.l10n.t('Show or Hide the Value') };
  Object.assign(box, { title, value, password: true, prompt: vscode.l10n.t('Value of {0}', name), buttons: [show], ignoreFocusOut: true });
  return new Promise<string | undefined>((resolve) => {
    box.onDidTriggerButton(() => (box.password = !box.password));
    box.onDidAccept(() => resolve(box.value));
    box.onDidHide(() => resolve(undefined));
    box.show();
  }).finally(() => box.dispose());
}
