import * as path from 'node:path';
import * as vscode from 'vscode';
import { nameProblem } from '../../core/scaffolding/functionName';
import { isFreeFolder } from '../../core/scaffolding/newFiles';
import type { Template, TemplateLanguage } from '../../core/provider';
import { languageKey, listLanguages, type ListedTemplate } from '../../core/scaffolding/templateList';
import { askChoice, askText, type Choice, type Frame, type Move, type Question } from './wizard';

/** The answers so far. */
export interface NewFunction {
  name: string;
  language?: TemplateLanguage;
  template?: Template;
  /** Folder that the source folder is put into. */
  parent?: string;
}

/** Names that other source folders have, in lower case. */
export function askName(taken: ReadonlySet<string>): Question<NewFunction> {
  return async (draft, frame) => {
    const problem = (name: string): string | undefined =>
      nameProblem(name) ?? (taken.has(name.toLowerCase()) ? vscode.l10n.t('"{0}" is there already; choose another name.', name) : undefined);
    const prompt = vscode.l10n.t('Name of the function, and of its folder');
    const { move, value } = await askText(frame, { value: draft.name, prompt, problem });
    draft.name = value;
    return move;
  };
}

export function askLanguage(templates: readonly ListedTemplate[]): Question<NewFunction> {
  const languages = listLanguages(templates.map(({ template }) => template));
  return async (draft, frame) => {
    const active = languages.find((language) => draft.language && languageKey(language) === languageKey(draft.language));
    const placeholder = vscode.l10n.t('Language and runtime');
    const { move, choice } = await askChoice(frame, { choices: languageChoices(languages), placeholder, active });
    draft.language = choice?.value ?? draft.language;
    return move;
  };
}

/** The first of each language on top, other versions below. */
function languageChoices(languages: readonly TemplateLanguage[]): Choice<TemplateLanguage>[] {
  const isFirst = (language: TemplateLanguage): boolean => languages.find(({ id }) => id === language.id) === language;
  const toChoice = (value: TemplateLanguage): Choice<TemplateLanguage> => ({ label: value.label, description: value.runtime, value });
  const others = languages.filter((language) => !isFirst(language)).map(toChoice);
  const separator = { label: vscode.l10n.t('Other versions'), kind: vscode.QuickPickItemKind.Separator };
  return [...languages.filter(isFirst).map(toChoice), ...(others.length ? [separator, ...others] : [])];
}

export function askTemplate(templates: readonly ListedTemplate[]): Question<NewFunction> {
  return async (draft, frame) => {
    const choices = templateChoices(templates.filter(({ template }) => languageOf(template, draft.language)));
    const placeholder = vscode.l10n.t('What calls the function, and where?');
    const { move, choice } = await askChoice(frame, { choices, placeholder, active: draft.template });
    draft.template = choice?.value ?? draft.template;
    return move;
  };
}

/** Each row says its home, because a filter takes the lines between them away. */
function templateChoices(templates: readonly ListedTemplate[]): Choice<Template>[] {
  return templates.flatMap(({ template, home }, index) => {
    const { icon, label, description } = template;
    const row = { label: `$(${icon}) ${label}`, description: home, detail: description, value: template };
    const isNext = index > 0 && templates[index - 1]?.home !== home;
    return isNext ? [{ label: '', kind: vscode.QuickPickItemKind.Separator }, row] : [row];
  });
}

/** The template's own entry for a language. */
export function languageOf(template: Template, language: TemplateLanguage | undefined): TemplateLanguage | undefined {
  return template.languages.find((candidate) => language && languageKey(candidate) === languageKey(language));
}

/** `parents` are the folders to choose from; the source folder is made in one of them, or in one that the user looks up. */
export function askFolder(parents: readonly string[]): Question<NewFunction> {
  const ask = async (draft: NewFunction, frame: Frame, placeholder: string): Promise<Move> => {
    const known = [...new Set([...parents, ...(draft.parent ? [draft.parent] : [])])];
    const choices = [...known.map((parent) => folderChoice(parent, draft.name)), otherFolder()];
    const { move, choice } = await askChoice(frame, { choices, placeholder, active: draft.parent });
    if (move === 'back') return move;
    const parent = choice?.value ?? (await browse(draft));
    if (!parent) return ask(draft, frame, placeholder);
    draft.parent = parent;
    const folder = path.join(parent, draft.name);
    if (await isFreeFolder(folder)) return 'next';
    return ask(draft, frame, vscode.l10n.t('{0} is not empty; choose another folder, or go back to the name', folder));
  };
  return (draft, frame) => ask(draft, frame, vscode.l10n.t('Folder for the code of {0}', draft.name));
}

function folderChoice(parent: string, name: string): Choice<string> {
  const folder = path.join(parent, name);
  return { label: `$(folder) ${vscode.workspace.asRelativePath(folder)}`, description: folder, value: parent };
}

function otherFolder(): Choice<string> {
  return { label: vscode.l10n.t('$(folder-opened) Choose another folder…'), alwaysShow: true };
}

async function browse({ name, parent }: NewFunction): Promise<string | undefined> {
  const picked = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    title: vscode.l10n.t('Folder to put {0} into', name),
    openLabel: vscode.l10n.t('Put It Here'),
    ...(parent ? { defaultUri: vscode.Uri.file(parent) } : {}),
  });
  return picked?.[0]?.fsPath;
}
