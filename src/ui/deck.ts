import type * as vscode from 'vscode';
import type { FunctionService } from '../core/service';
import type { Debugging } from './debug/debugging';
import type { SavedEvents } from './events';
import type { Logs } from './logs';
import type { Problems } from './problems';
import type { ResultView } from './result';
import type { Sources } from './sources';
import type { FunctionsView } from './tree';

/** The collaborators that commands are given; each command takes the few it needs with `Pick`. */
export interface Deck {
  readonly service: FunctionService;
  readonly log: vscode.LogOutputChannel;
  /** What the user chose and expects to find again in this workspace. */
  readonly memory: vscode.Memento;
  /** Folder for caches that may be lost. */
  readonly cache: string;
  readonly dist: string;
  readonly secrets: vscode.SecretStorage;
  readonly view: FunctionsView;
  readonly sources: Sources;
  readonly events: SavedEvents;
  readonly logs: Logs;
  readonly result: ResultView;
  readonly problems: Problems;
  readonly debugging: Debugging;
}
