import type { DeploymentPackage, FunctionConfig, FunctionSettings } from './provider';

/** One setting that a deploy changes; texts are for the user, and values of environment variables are never in them. */
export interface SettingChange {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** What a deploy will do. */
export interface DeployPlan {
  readonly action: 'create' | 'update' | 'nothing';
  readonly codeChanges: boolean;
  readonly settingChanges: readonly SettingChange[];
  /** Bytes of the package. */
  readonly bytes: number;
}

/** Compares a function as deployed (`undefined`: it is not there) with what is about to be deployed. */
export function planDeploy(deployed: FunctionConfig | undefined, settings: FunctionSettings, code: DeploymentPackage): DeployPlan {
  const codeChanges = deployed?.codeHash !== code.hash;
  const settingChanges = deployed ? changes(deployed, settings) : [];
  const action = !deployed ? 'create' : codeChanges || settingChanges.length > 0 ? 'update' : 'nothing';
  return { action, codeChanges, settingChanges, bytes: code.bytes.length };
}

const plain: readonly { readonly key: Exclude<keyof FunctionSettings, 'environment'>; readonly name: string; readonly unit?: string }[] = [
  { key: 'runtime', name: 'runtime' },
  { key: 'handler', name: 'handler' },
  { key: 'memoryMb', name: 'memory', unit: ' MB' },
  { key: 'timeoutSeconds', name: 'timeout', unit: ' s' },
  { key: 'description', name: 'description' },
  { key: 'role', name: 'role' },
  { key: 'architecture', name: 'architecture' },
];

function changes(before: FunctionSettings, after: FunctionSettings): SettingChange[] {
  const text = (value: string | number | undefined, unit = ''): string => (value === undefined || value === '' ? '–' : `${value}${unit}`);
  const changed = plain.filter(({ key }) => after[key] !== undefined && after[key] !== before[key]);
  return [
    ...changed.map(({ key, name, unit }) => ({ name, before: text(before[key], unit), after: text(after[key], unit) })),
    ...environmentChanges(before.environment ?? {}, after.environment),
  ];
}

function environmentChanges(before: Readonly<Record<string, string>>, after?: Readonly<Record<string, string>>): SettingChange[] {
  if (!after) return [];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const state = (value: string | undefined): string => (value === undefined ? '–' : 'set');
  return names
    .filter((name) => before[name] !== after[name])
    .map((name) => ({
      name: `environment ${name}`,
      before: state(before[name]),
      after: before[name] !== undefined && after[name] !== undefined ? 'changed' : state(after[name]),
    }));
}
