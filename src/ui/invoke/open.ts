import * as vscode from 'vscode';

/** Opens an event in an editor. */
export async function openEvent(file: string): Promise<void> {
  await vscode.window.showTextDocument(vscode.Uri.file(file), { preview: false });
}
