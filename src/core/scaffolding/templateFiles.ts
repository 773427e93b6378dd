import { readdir, readFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { Template, TemplateLanguage } from '../provider';

/** A template without its files. */
export type TemplateCard = Omit<Template, 'languages' | 'event'> & Pick<TemplateLanguage, 'signature'>;

export type LanguageCard = Omit<TemplateLanguage, 'files' | 'signature'>;

type LanguageId = TemplateLanguage['id'];

/** What a language is called in the wizard, by the value for the manifest's `runtime`. The first of each language is the one to begin with. */
const offered: readonly (readonly [LanguageId, label: string, runtime: string])[] = [
  ['python', 'Python 3.13', 'python3.13'],
  ['javascript', 'JavaScript (Node.js 22)', 'nodejs22.x'],
  ['typescript', 'TypeScript (Node.js 22)', 'nodejs22.x'],
  ['python', 'Python 3.14', 'python3.14'],
  ['python', 'Python 3.12', 'python3.12'],
  ['python', 'Python 3.11', 'python3.11'],
  ['javascript', 'JavaScript (Node.js 24)', 'nodejs24.x'],
  ['typescript', 'TypeScript (Node.js 24)', 'nodejs24.x'],
];

/** The languages of templates that have their handler, and its file, in the same place in every version of a language. */
export function languageCards(places: Readonly<Record<LanguageId, Pick<LanguageCard, 'handler' | 'entry'>>>): readonly LanguageCard[] {
  return offered.map(([id, label, runtime]) => ({ id, label, runtime, ...places[id] }));
}

/**
 * Templates whose files lie in a folder, as `<template>/event.json`, `<template>/<language>/…` and, for what all templates
 * of a language share, `common/<language>/…`. They are read when they are asked for.
 */
export function readTemplates(folder: string, cards: readonly TemplateCard[], languages: readonly LanguageCard[]): readonly Template[] {
  return cards.map(({ signature, ...card }) => ({
    ...card,
    languages: languages.map((language) => ({
      ...language,
      ...(signature && { signature }),
      files: () => sources(folder, card.id, language.id),
    })),
    event: () => readFile(path.join(folder, card.id, 'event.json'), 'utf8'),
  }));
}

async function sources(folder: string, template: string, language: string): Promise<Readonly<Record<string, string>>> {
  const shared = await readAll(path.join(folder, 'common', language));
  return { ...shared, ...(await readAll(path.join(folder, template, language))) };
}

async function readAll(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort();
  const texts = await Promise.all(names.map((name) => readFile(path.join(folder, name), 'utf8')));
  return Object.fromEntries(names.map((name, index) => [name, texts[index] ?? '']));
}
