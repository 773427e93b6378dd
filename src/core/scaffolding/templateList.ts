import type { Target } from '../manifest';
import { type FunctionProvider, supports, type Template, type TemplateLanguage } from '../provider';
import { runsSignature } from '../signature';

/** A template with the providers that it is for. */
export interface ListedTemplate {
  readonly template: Template;
  /** Their labels: of those beyond this machine, where there are any, because this machine stands in for them. */
  readonly home: string;
}

/** Names one of the languages, with its runtime. */
export function languageKey({ id, runtime }: Pick<TemplateLanguage, 'id' | 'runtime'>): string {
  return `${id} ${runtime}`;
}

/** Every template of the providers, each once: the first provider that has it gives it. Those of one home stand together. */
export function listTemplates(providers: readonly FunctionProvider[]): readonly ListedTemplate[] {
  const templates = firstOf(providers.flatMap((provider) => provider.templates), ({ id }) => id);
  const listed = templates.map((template) => ({ template, home: homeOf(providers, template) }));
  const homes = firstOf(listed, ({ home }) => home).map(({ home }) => home);
  return homes.flatMap((home) => listed.filter((one) => one.home === home));
}

function homeOf(providers: readonly FunctionProvider[], { id }: Template): string {
  const having = providers.filter(({ templates }) => templates.some((template) => template.id === id));
  const far = having.filter(({ remote }) => remote);
  return (far.length ? far : having).map(({ label }) => label).join(', ');
}

/** Every language of the templates, each once. */
export function listLanguages(templates: readonly Template[]): readonly TemplateLanguage[] {
  return firstOf(templates.flatMap(({ languages }) => languages), languageKey);
}

/** Templates whose functions a provider runs, be they of other providers; its own come first. */
export function runnableTemplates(providers: readonly FunctionProvider[], provider: FunctionProvider): readonly Template[] {
  const all = [...provider.templates, ...providers.flatMap(({ templates }) => templates)];
  const isRun = ({ languages }: Template): boolean => languages.some(({ signature }) => runsSignature(provider, signature));
  return firstOf(all, ({ id }) => id).filter(isRun);
}

/** The targets that a new function begins with: the places on this machine that run it. */
export function firstTargets(providers: readonly FunctionProvider[], { signature }: Pick<TemplateLanguage, 'signature'>): Readonly<Record<string, Target>> {
  const near = providers.filter((provider) => !provider.remote && supports(provider, 'deploy'));
  const running = near.filter((provider) => runsSignature(provider, signature));
  return Object.fromEntries(running.map((provider) => [provider.id, { provider: provider.id }]));
}

function firstOf<T>(values: readonly T[], key: (value: T) => string): readonly T[] {
  const found = new Map<string, T>();
  for (const value of values) if (!found.has(key(value))) found.set(key(value), value);
  return [...found.values()];
}
