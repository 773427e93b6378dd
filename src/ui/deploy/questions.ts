import * as vscode from 'vscode';
import { isProviderError } from '../../core/errors';
import type { Answer, Choice, ChoiceField, FunctionProvider, FunctionRef, FunctionSettings, Question } from '../../core/provider';
import { withProgress } from '../progress';
import { askChoice, type Choice as Row, askText } from '../questions/wizard';

/** What was answered, and how to make those of the answers that are not there yet. */
interface Answered {
  readonly answer: Answer;
  readonly make?: () => Promise<Answer>;
}

/** The answers so far, and a way to make what they name and is not there yet. */
export interface Answers {
  readonly known: Answer;
  /** Gives the answers for good. Called once the user has agreed to the plan. */
  readonly settle: () => Promise<Answer>;
}

/** Asks until the provider knows enough of a new function; the answers alone. Rejects with `AbortError` when the user leaves. */
export async function askQuestions(provider: FunctionProvider, ref: FunctionRef, settings: FunctionSettings): Promise<Answers> {
  const answered: Answered[] = [];
  for (;;) {
    const known = Object.assign({}, ...answered.map(({ answer }) => answer)) as Answer;
    const question = provider.nextQuestion?.(ref, { ...settings, ...known });
    if (!question) return { known, settle: () => settle(known, answered) };
    const reply = await askQuestion(question, ref, answered.length + 1);
    if (reply === 'back') answered.pop();
    else answered.push(reply);
  }
}

async function settle(known: Answer, answered: readonly Answered[]): Promise<Answer> {
  let all = known;
  for (const { make } of answered) all = { ...all, ...(await make?.()) };
  return all;
}

async function askQuestion(question: Question, { name }: FunctionRef, step: number): Promise<Answered | 'back'> {
  const { title, placeholder } = question;
  const choices = await rowsOf(question, name);
  for (;;) {
    const { move, choice } = await askChoice({ title, step }, { choices, placeholder });
    if (move === 'back') return move;
    const chosen = choice?.value;
    const typed = chosen && (await typeFields(title, chosen.fields ?? []));
    // Back from the first field, or a row that only tells: the same question again.
    if (!typed) continue;
    const working = `${name}: ${chosen.label}`;
    const answer = await withProgress(working, ({ signal }) => chosen.answer(typed, { signal }));
    return { answer, make: chosen.make && (() => withProgress(working, async ({ signal }) => chosen.make?.(typed, { signal }) ?? answer)) };
  }
}

async function rowsOf(question: Question, name: string): Promise<Row<Choice>[]> {
  const rows = question.choices.map(toRow);
  if (!question.more) return rows;
  const { more } = question;
  try {
    const found = await withProgress(vscode.l10n.t('Looking for what {0} can be given', name), ({ signal }) => more({ signal }));
    return [...rows, ...found.map(toRow)];
  } catch (error) {
    // Not everybody who may deploy may list what there is, and not every server has it.
    if (!isProviderError(error)) throw error;
    return [...rows, { label: vscode.l10n.t('$(warning) What else there is cannot be listed'), detail: error.message }];
  }
}

function toRow(value: Choice): Row<Choice> {
  return { label: value.icon ? `$(${value.icon}) ${value.label}` : value.label, detail: value.detail, value };
}

/** What the user types for each field; `undefined` for Back from the first one. */
async function typeFields(title: string, fields: readonly ChoiceField[]): Promise<Record<string, string> | undefined> {
  const typed: Record<string, string> = {};
  let index = 0;
  for (let field = fields[index]; field; field = fields[index]) {
    const { move, value } = await askField(title, field, typed[field.name]);
    typed[field.name] = value.trim();
    index += move === 'next' ? 1 : -1;
    if (index < 0) return undefined;
  }
  return typed;
}

function askField(title: string, { prompt, example, pattern }: ChoiceField, value = ''): ReturnType<typeof askText> {
  const problem = (text: string): string | undefined =>
    pattern.test(text.trim()) ? undefined : vscode.l10n.t('"{0}" does not fit here; an example is "{1}".', text.trim(), example);
  // The second step of any question: its choices are one step back.
  return askText({ title, step: 2 }, { value, prompt: vscode.l10n.t('{0}, for example {1}', prompt, example), problem });
}
