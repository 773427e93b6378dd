import * as vscode from 'vscode';

interface Message {
  readonly type?: string;
  readonly event?: string;
  readonly command?: string;
}

const goesOn = new Set(['continue', 'next', 'stepIn', 'stepOut', 'stepBack', 'reverseContinue', 'restartFrame', 'goto', 'disconnect', 'terminate']);

/** Tells, in order, whenever a session below `root` stops its process or lets it go on. */
export function watchHolds(root: vscode.DebugSession, tell: (isHeld: boolean) => Promise<void>): vscode.Disposable {
  let last: Promise<void> = Promise.resolve();
  let isHeld = false;
  const change = (held: boolean): void => {
    if (held === isHeld) return;
    isHeld = held;
    last = last.then(() => tell(held));
  };
  const tracker: vscode.DebugAdapterTracker = {
    onDidSendMessage: ({ type, event }: Message) => {
      if (type === 'event' && event === 'stopped') change(true);
      if (type === 'event' && (event === 'continued' || event === 'terminated')) change(false);
    },
    onWillReceiveMessage: ({ command = '' }: Message) => {
      if (goesOn.has(command)) change(false);
    },
    onWillStopSession: () => change(false),
    onExit: () => change(false),
  };
  return vscode.debug.registerDebugAdapterTrackerFactory('*', {
    createDebugAdapterTracker: (session) => (isBelow(session, root) ? tracker : undefined),
  });
}

/** Whether a session was started by `root`, or by one that is below it. */
export function isBelow({ parentSession }: vscode.DebugSession, root: vscode.DebugSession): boolean {
  return parentSession !== undefined && (parentSession.id === root.id || isBelow(parentSession, root));
}
