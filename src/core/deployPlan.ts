import { plainText } from './log/plainText';
import type { DeployRequest, FunctionConfig, FunctionProvider, FunctionSettings, LinkRequest } from './provider';
import { triggerText } from './triggerText';

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
  /** What will be different; for a new function all that it is set up with. */
  readonly settingChanges: readonly SettingChange[];
  /** What changes beside the function itself, one sentence each. */
  readonly alsoChanges: readonly string[];
  /** Whether everyone may call the function afterwards and could not before, as far as that is known. */
  readonly opens: boolean;
  /** Bytes of the package; none when it runs from its folder. */
  readonly bytes: number;
  /** The folder that it will run from. */
  readonly folder?: string;
}

/** What a plan asks of a provider. */
export type PlanRules = Pick<FunctionProvider, 'asKept' | 'alsoChanges'>;

/** Compares a function as deployed (`undefined`: it is not there) with what is about to be deployed. */
export function planDeploy(deployed: FunctionConfig | undefined, request: DeployRequest | LinkRequest, rules: PlanRules = {}): DeployPlan {
  const { ref, settings } = request;
  const { codeChanges, ...code } = planCode(deployed, request);
  const kept = rules.asKept?.(settings, ref, deployed) ?? settings;
  const wanted = deployed ? withoutUnseen(kept, deployed) : { ...settings, access: kept.access };
  const settingChanges = changes(deployed ?? {}, wanted);
  const action = !deployed ? 'create' : codeChanges || settingChanges.length > 0 ? 'update' : 'nothing';
  const alsoChanges = action === 'nothing' ? [] : (rules.alsoChanges?.(ref, wanted, deployed) ?? []).map(oneLine);
  const opens = wanted.access === 'public' && deployed?.access !== 'public';
  return { action, codeChanges, settingChanges, alsoChanges, opens, ...code };
}

function planCode(deployed: FunctionConfig | undefined, request: DeployRequest | LinkRequest): Pick<DeployPlan, 'codeChanges' | 'bytes' | 'folder'> {
  if ('folder' in request) return { codeChanges: deployed?.liveFrom !== request.folder, bytes: 0, folder: request.folder };
  return { codeChanges: deployed?.codeHash !== request.package.hash, bytes: request.package.bytes.length };
}

/** Who may call a function cannot always be read; that nobody else may is then taken to be so. */
function withoutUnseen(kept: FunctionSettings, deployed: FunctionSettings): FunctionSettings {
  return kept.access === 'private' && deployed.access === undefined ? { ...kept, access: undefined } : kept;
}

const names: Readonly<Record<keyof FunctionSettings, string>> = {
  runtime: 'runtime',
  handler: 'handler',
  memoryMb: 'memory',
  timeoutSeconds: 'timeout',
  environment: 'environment',
  description: 'description',
  role: 'role',
  architecture: 'architecture',
  cpu: 'cpu',
  concurrency: 'concurrency',
  minInstances: 'minInstances',
  maxInstances: 'maxInstances',
  secrets: 'secrets',
  signature: 'signature',
  trigger: 'trigger',
  access: 'access',
};

/** The settings that a provider has, and what the manifest calls those that it has not. */
export function fitSettings(settings: FunctionSettings, supported: FunctionProvider['settings']): { readonly settings: FunctionSettings; readonly ignored: readonly string[] } {
  if (!supported) return { settings, ignored: [] };
  const given = (Object.keys(names) as (keyof FunctionSettings)[]).filter((key) => settings[key] !== undefined);
  const kept = given.filter((key) => supported.includes(key));
  // How the handler is called lies in the code; a provider that calls it in another way is not deployed to at all.
  const ignored = given.filter((key) => !supported.includes(key) && key !== 'signature').map((key) => names[key]);
  return { settings: Object.fromEntries(kept.map((key) => [key, settings[key]])), ignored };
}

const none = '–';
const units: Partial<Record<keyof FunctionSettings, string>> = { memoryMb: ' MB', timeoutSeconds: ' s' };
type Plain = Exclude<keyof FunctionSettings, 'environment' | 'secrets'>;
const plain = Object.keys(names).filter((key): key is Plain => key !== 'environment' && key !== 'secrets');

function changes(before: FunctionSettings, after: FunctionSettings): SettingChange[] {
  const wanted = plain.filter((key) => after[key] !== undefined);
  const changed = wanted.filter((key) => valueText(before, key) !== valueText(after, key));
  return [
    ...changed.map((key) => ({ name: names[key], before: oneLine(valueText(before, key)), after: oneLine(valueText(after, key)) })),
    ...secretChanges(before.secrets ?? {}, after.secrets),
    ...environmentChanges(before.environment ?? {}, after.environment),
  ];
}

function valueText(settings: FunctionSettings, key: Plain): string {
  const value = settings[key];
  if (value === undefined || value === '') return none;
  return typeof value === 'object' ? triggerText(value) : `${value}${units[key] ?? ''}`;
}

type Texts = Readonly<Record<string, string>>;

/** A reference tells where a secret lies, not what it is. */
function secretChanges(before: Texts, after: Texts | undefined): SettingChange[] {
  const text = (value: string | undefined): string => (value === undefined ? none : oneLine(value));
  return changedNames(before, after).map((name) => ({ name: `secret ${name}`, before: text(before[name]), after: text(after?.[name]) }));
}

function environmentChanges(before: Texts, after: Texts | undefined): SettingChange[] {
  const state = (value: string | undefined): string => (value === undefined ? none : 'set');
  return changedNames(before, after).map((name) => ({
    name: `environment ${name}`,
    before: state(before[name]),
    after: before[name] !== undefined && after?.[name] !== undefined ? 'changed' : state(after?.[name]),
  }));
}

function changedNames(before: Texts, after: Texts | undefined): string[] {
  if (!after) return [];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].sort().filter((name) => before[name] !== after[name]);
}

function oneLine(text: string): string {
  return plainText(text).replace(/\s+/g, ' ').trim();
}
