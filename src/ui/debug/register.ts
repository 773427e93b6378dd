import * as vscode from 'vscode';
import type { Deck } from '../deck';
import { debugTypes } from '../ids';
import { show } from '../run';

type Configuration = vscode.DebugConfiguration | undefined;

/** Makes the debug type known; what it does is loaded when it is first used. */
export function registerDebugging(deck: Deck): vscode.Disposable {
  const load = () => import('./index');
  const attempt = <T>(work: () => Promise<T>): Promise<T | undefined> => show(debugTypes.function, work, deck.log);
  const provideDebugConfigurations = async (): Promise<vscode.DebugConfiguration[]> => (await load()).offer(deck);
  const provider: vscode.DebugConfigurationProvider = {
    provideDebugConfigurations,
    resolveDebugConfiguration: (_folder, given): Promise<Configuration> => attempt(async () => (await load()).infer(deck, given)),
    resolveDebugConfigurationWithSubstitutedVariables: (_folder, given): Promise<Configuration> => attempt(async () => (await load()).complete(deck, given)),
  };
  const { Dynamic, Initial } = vscode.DebugConfigurationProviderTriggerKind;
  const createDebugAdapterDescriptor = async (session: vscode.DebugSession): Promise<vscode.DebugAdapterDescriptor> => (await load()).describeAdapter(deck, session);
  return vscode.Disposable.from(
    vscode.debug.registerDebugConfigurationProvider(debugTypes.function, provider, Initial),
    vscode.debug.registerDebugConfigurationProvider(debugTypes.function, { provideDebugConfigurations }, Dynamic),
    vscode.debug.registerDebugAdapterDescriptorFactory(debugTypes.function, { createDebugAdapterDescriptor }),
  );
}
