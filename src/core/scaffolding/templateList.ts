import type { Target } from '../manifest';
import { type FunctionProvider, supports, type Template, type TemplateLanguage } from '../provider';

/** Names one of the languages, with its runtime. */
export function languageKey({ id, runtime }: Pick<TemplateLanguage, 'id' | 'runtime'>): string {
  return `${id} ${runtime}`;
}

/** Every template of the providers, each once: the first provider that has it gives it. */
export function listTemplates(providers: readonly FunctionProvider[]): readonly Template[] {
  return firstOf(providers.flatMap(({ templates }) => templates), ({ id }) => id);
}

/** Every language of the templates, each once. */
export function listLanguages(templates: readonly Template[]): readonly TemplateLanguage[] {
  return firstOf(templates.flatMap(({ languages }) => languages), languageKey);
}

/** The targets that a new function begins with: the places on this machine that know its template. */
export function firstTargets(providers: readonly FunctionProvider[], { id }: Template): Readonly<Record<string, Target>> {
  const near = providers.filter((provider) => !provider.remote && supports(provider, 'deploy'));
  const knowing = near.filter(({ templates }) => templates.some((template) => template.id === id));
  return Object.fromEntries(knowing.map((provider) => [provider.id, { provider: provider.id }]));
}

function firstOf<T>(values: readonly T[], key: (value: T) => string): readonly T[] {
  const found = new Map<string, T>();
  for (const value of values) if (!found.has(key(value))) found.set(key(value), value);
  return [...found.values()];
}
