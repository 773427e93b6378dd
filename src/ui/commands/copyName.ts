import * as vscode from 'vscode';
import { toRef } from '../args';
import type { Command } from '../run';

/** Copies a function's name. */
export function copyName(_deck: object): Command {
  return async (arg) => {
    const ref = toRef(arg);
    if (ref) await vscode.env.clipboard.writeText(ref.name);
  };
}
