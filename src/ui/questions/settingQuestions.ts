import * as vscode from 'vscode';
import { plainText } from '../../core/log/plainText';
import type { FunctionConfig, FunctionSettings } from '../../core/provider';
import { type Editable, environmentChanges, numberRules, type NumberSetting, toNumber } from '../../core/settingText';
import { askEnvironment } from './environmentQuestion';

const longestDescription = 256;

export function settingLabel(name: Editable): string {
  const labels: Readonly<Record<Editable, string>> = {
    memoryMb: vscode.l10n.t('Memory'),
    timeoutSeconds: vscode.l10n.t('Timeout'),
    cpu: vscode.l10n.t('Processors'),
    concurrency: vscode.l10n.t('Calls at once per instance'),
    minInstances: vscode.l10n.t('Fewest instances'),
    maxInstances: vscode.l10n.t('Most instances'),
    environment: vscode.l10n.t('Environment variables'),
    description: vscode.l10n.t('Description'),
  };
  return labels[name];
}

export function settingIcon(name: Editable): string {
  const icons: Partial<Record<Editable, string>> = { timeoutSeconds: 'clock', cpu: 'chip', concurrency: 'split-horizontal', environment: 'symbol-variable', description: 'note' };
  return icons[name] ?? (name === 'memoryMb' ? 'dashboard' : 'layers');
}

/** A setting's value in words; of the environment only how many variables it has. */
export function settingText(name: Editable, settings: FunctionSettings): string {
  const value = settings[name];
  if (name === 'environment') return vscode.l10n.t('{0} variables', Object.keys(settings.environment ?? {}).length);
  if (value === undefined || value === '') return vscode.l10n.t('not set');
  return typeof value === 'number' ? amount(name, value) : plainText(settings.description ?? '');
}

function amount(name: Editable, value: number): string {
  if (name === 'memoryMb') return `${value} MB`;
  return name === 'timeoutSeconds' ? vscode.l10n.t('{0} s', value) : String(value);
}

/** What will be different, one row each. */
export function changeRows(name: Editable, before: FunctionSettings, after: FunctionSettings): vscode.QuickPickItem[] {
  if (name !== 'environment') return [{ label: settingLabel(name), description: `${settingText(name, before)} → ${settingText(name, after)}` }];
  const words = { added: vscode.l10n.t('is added'), changed: vscode.l10n.t('gets another value'), removed: vscode.l10n.t('is removed') };
  return environmentChanges(before.environment ?? {}, after.environment ?? {}).map(({ name: variable, change }) => ({ label: variable, description: words[change] }));
}

/** Asks for the new value of a setting; `undefined` when the user gives up. */
export async function askSettingValue(name: Editable, config: FunctionConfig): Promise<FunctionSettings | undefined> {
  const title = vscode.l10n.t('{0} of {1}', settingLabel(name), config.ref.name);
  if (name === 'environment') return askEnvironment(title, config.environment ?? {});
  return name === 'description' ? askDescription(title, config) : askNumber(title, name, config);
}

async function askDescription(title: string, { description = '' }: FunctionConfig): Promise<FunctionSettings | undefined> {
  const prompt = vscode.l10n.t('What the function is for');
  const problem = vscode.l10n.t('Type at most {0} characters.', longestDescription);
  const validateInput = (text: string): string | undefined => (text.length > longestDescription ? problem : undefined);
  const typed = await vscode.window.showInputBox({ title, prompt, value: description, validateInput });
  return typed === undefined ? undefined : { description: typed };
}

async function askNumber(title: string, name: NumberSetting, config: FunctionConfig): Promise<FunctionSettings | undefined> {
  const typed = await vscode.window.showInputBox({
    title,
    prompt: prompts()[name],
    value: config[name] === undefined ? '' : String(config[name]),
    validateInput: (text) => problemOf(name, text, config),
  });
  const value = typed === undefined ? undefined : toNumber(typed, numberRules[name]);
  return value === undefined ? undefined : { [name]: value };
}

function prompts(): Readonly<Record<NumberSetting, string>> {
  return {
    memoryMb: vscode.l10n.t('Memory in MB'),
    timeoutSeconds: vscode.l10n.t('Seconds after which a call is ended'),
    cpu: vscode.l10n.t('Virtual processors of an instance; a fraction such as 0.5 is allowed where the provider allows it'),
    concurrency: vscode.l10n.t('How many calls one instance works on at once'),
    minInstances: vscode.l10n.t('Instances that are kept running without calls; each of them costs all the time'),
    maxInstances: vscode.l10n.t('Instances that there are at most'),
  };
}

function problemOf(name: NumberSetting, text: string, { minInstances = 0, maxInstances = Infinity }: FunctionConfig): string | undefined {
  const { min, max, whole } = numberRules[name];
  const value = toNumber(text, numberRules[name]);
  if (value === undefined) return whole ? vscode.l10n.t('Type a whole number from {0} to {1}.', min, max) : vscode.l10n.t('Type a number from {0} to {1}.', min, max);
  if (name === 'minInstances' && value > maxInstances) return vscode.l10n.t('There are at most {0} instances; change that first.', maxInstances);
  if (name === 'maxInstances' && value < minInstances) return vscode.l10n.t('At least {0} instances are kept running; change that first.', minInstances);
  return undefined;
}
