import * as vscode from 'vscode';

const patience = 500;

export interface Progress {
  readonly signal: AbortSignal;
  /** Shows a step; `fraction` is 0 to 1 of the whole. */
  readonly report: (step: string, fraction?: number) => void;
}

/** Runs something that waits. A notification that shows its steps and can cancel it comes up only when it takes a while. */
export async function withProgress<T>(title: string, task: (progress: Progress) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const steps = new Steps();
  const work = task({ signal: controller.signal, report: (step, fraction) => steps.take(step, fraction) });
  if (await settles(work, patience)) return work;
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, (progress, token) => {
    token.onCancellationRequested(() => controller.abort());
    steps.showIn(progress);
    return work;
  });
}

/** The last step, kept until there is something to show it in. */
class Steps {
  #progress: vscode.Progress<{ message?: string; increment?: number }> | undefined;
  #message: string | undefined;
  #fraction = 0;
  #shown = 0;

  take(message: string, fraction = this.#fraction): void {
    this.#message = message;
    this.#fraction = Math.max(fraction, this.#fraction);
    this.#show();
  }

  showIn(progress: vscode.Progress<{ message?: string; increment?: number }>): void {
    this.#progress = progress;
    if (this.#message !== undefined) this.#show();
  }

  #show(): void {
    this.#progress?.report({ message: this.#message, increment: (this.#fraction - this.#shown) * 100 });
    if (this.#progress) this.#shown = this.#fraction;
  }
}

async function settles(work: Promise<unknown>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), milliseconds)));
  const settled = work.then(
    () => true,
    () => true,
  );
  return Promise.race([settled, late]).finally(() => clearTimeout(timer));
}
