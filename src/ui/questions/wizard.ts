import * as vscode from 'vscode';

export type Move = 'next' | 'back';

/** Where a question stands in its wizard. */
export interface Frame {
  readonly title: string;
  readonly step: number;
  /** Left out when it is not known beforehand; then the step is not shown either. */
  readonly totalSteps?: number;
}

/** Asks for one thing and writes the answer into the draft, also when the user goes back. */
export type Question<Draft> = (draft: Draft, frame: Frame) => Promise<Move>;

/** Asks one question after the other, with Back from the second on. Rejects with `AbortError` when the user leaves. */
export async function askAll<Draft>(title: string, draft: Draft, questions: readonly Question<Draft>[]): Promise<void> {
  let index = 0;
  for (let ask = questions[index]; ask; ask = questions[index]) {
    const move = await ask(draft, { title, step: index + 1, totalSteps: questions.length });
    index += move === 'next' ? 1 : -1;
  }
}

export interface TextQuestion {
  readonly value: string;
  readonly prompt: string;
  /** Why a text cannot be the answer; `undefined` when it can. */
  readonly problem: (value: string) => string | undefined;
}

export async function askText(frame: Frame, { value, prompt, problem }: TextQuestion): Promise<{ move: Move; value: string }> {
  const box = vscode.window.createInputBox();
  Object.assign(box, { value, prompt });
  const check = (): boolean => !(box.validationMessage = problem(box.value));
  box.onDidChangeValue(check);
  const move = await answered(box, frame, check);
  return { move, value: box.value };
}

export interface Choice<T> extends vscode.QuickPickItem {
  readonly value?: T;
}

export interface ChoiceQuestion<T> {
  readonly choices: readonly Choice<T>[];
  readonly placeholder: string;
  /** The choice to begin with, for example the last answer. */
  readonly active?: T;
}

/** The picked choice; none when the user goes back. */
export async function askChoice<T>(frame: Frame, { choices, placeholder, active }: ChoiceQuestion<T>): Promise<{ move: Move; choice?: Choice<T> }> {
  const pick = vscode.window.createQuickPick<Choice<T>>();
  Object.assign(pick, { items: choices, placeholder, matchOnDescription: true, matchOnDetail: true });
  const first = choices.find(({ value }) => active !== undefined && value === active);
  if (first) pick.activeItems = [first];
  const move = await answered(pick, frame, () => pick.selectedItems.length > 0);
  return move === 'back' ? { move } : { move, choice: pick.selectedItems[0] };
}

/** Shows an input with Back and waits until the user moves on. Disposes of it. */
export async function answered(input: vscode.InputBox | vscode.QuickPick<vscode.QuickPickItem>, frame: Frame, isAnswer: () => boolean): Promise<Move> {
  const buttons = frame.step > 1 ? [vscode.QuickInputButtons.Back] : [];
  // A dialog or a click beside it must not throw the answers away.
  const steps = frame.totalSteps === undefined ? {} : { step: frame.step, totalSteps: frame.totalSteps };
  Object.assign(input, { title: frame.title, ...steps, buttons, ignoreFocusOut: true });
  try {
    return await new Promise<Move>((resolve, reject) => {
      input.onDidAccept(() => isAnswer() && resolve('next'));
      input.onDidTriggerButton(() => resolve('back'));
      input.onDidHide(() => reject(new DOMException('The user left the wizard.', 'AbortError')));
      input.show();
    });
  } finally {
    input.dispose();
  }
}
