import * as vscode from 'vscode';

/** The web standard's signal for an editor's cancellation token. */
export function toSignal(token: vscode.CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  else token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}

export interface Progress {
  readonly signal: AbortSignal;
  /** Shows a step; `fraction` is 0 to 1 of the whole. */
  readonly report: (step: string, fraction?: number) => void;
}

/** Runs something that waits, with a progress notification that the user can cancel. */
export function withProgress<T>(title: string, task: (progress: Progress) => Promise<T>): Thenable<T> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, (progress, token) => {
    let done = 0;
    const report = (message: string, fraction = done): void => {
      progress.report({ message, increment: Math.max(0, fraction - done) * 100 });
      done = Math.max(done, fraction);
    };
    return task({ signal: toSignal(token), report });
  });
}
