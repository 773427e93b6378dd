import type { Deck } from '../deck';
import { commandIds } from '../ids';
import type { Command } from '../run';
import { chooseLogLines } from './chooseLogLines';
import { chooseProviders } from './chooseProviders';
import { clearFilter } from './clearFilter';
import { clearLog } from './clearLog';
import { copyName } from './copyName';
import { copyResourceName } from './copyResourceName';
import { editEvent } from './editEvent';
import { filter } from './filter';
import { invoke } from './invoke';
import { invokeAndTail } from './invokeAndTail';
import { invokeWith } from './invokeWith';
import { loadMore } from './loadMore';
import { openConsole } from './openConsole';
import { pin } from './pin';
import { refresh } from './refresh';
import { refreshNode } from './refreshNode';
import { showOutput } from './showOutput';
import { signIn } from './signIn';
import { sort } from './sort';
import { stopTail } from './stopTail';
import { tail } from './tail';
import { unpin } from './unpin';

type Id = (typeof commandIds)[keyof typeof commandIds];
type TriggerId = (typeof commandIds)['addTrigger' | 'turnOnTrigger' | 'turnOffTrigger' | 'removeTrigger' | 'copyTriggerUrl'];
type ViewId = (typeof commandIds)['refresh' | 'refreshNode' | 'loadMore' | 'filter' | 'clearFilter' | 'sort' | 'signIn' | 'pin' | 'unpin'];

/** The table of contents: every command, with what it does. */
export function createCommands(deck: Deck): Record<Id, Command> {
  return {
    ...viewCommands(deck),
    [commandIds.newFunction]: later(async () => (await import('./newFunction')).newFunction(deck)),
    [commandIds.deploy]: later(async () => (await import('./deploy')).deploy(deck)),
    [commandIds.deployTo]: later(async () => (await import('./deploy')).deploy(deck, true)),
    [commandIds.invoke]: invoke(deck),
    [commandIds.invokeWith]: invokeWith(deck),
    [commandIds.invokeAndTail]: invokeAndTail(deck),
    [commandIds.debug]: later(async () => (await import('../debug/index')).debug(deck)),
    [commandIds.editEvent]: editEvent(deck),
    [commandIds.tail]: tail(deck),
    [commandIds.stopTail]: stopTail(deck),
    [commandIds.showLog]: later(async () => (await import('./showLog')).showLog(deck)),
    [commandIds.clearLog]: clearLog(deck),
    [commandIds.chooseLogLines]: chooseLogLines(),
    [commandIds.copyName]: copyName(deck),
    [commandIds.copyResourceName]: copyResourceName(deck),
    [commandIds.openConsole]: openConsole(deck),
    [commandIds.openSource]: later(async () => (await import('./openSource')).openSource(deck)),
    [commandIds.versions]: later(async () => (await import('./versions')).versions(deck)),
    [commandIds.changeSettings]: later(async () => (await import('./changeSettings')).changeSettings(deck)),
    [commandIds.downloadCode]: later(async () => (await import('./downloadCode')).downloadCode(deck)),
    ...triggerCommands(deck),
    [commandIds.deleteFunction]: later(async () => (await import('./deleteFunction')).deleteFunction(deck)),
    [commandIds.chooseProviders]: chooseProviders(deck),
    [commandIds.configure]: later(async () => (await import('./configure')).configure(deck)),
    [commandIds.showOutput]: showOutput(deck),
  };
}

function triggerCommands(deck: Deck): Record<TriggerId, Command> {
  return {
    [commandIds.addTrigger]: later(async () => (await import('../triggers/index')).addTrigger(deck)),
    [commandIds.turnOnTrigger]: later(async () => (await import('../triggers/index')).turnTrigger(deck, true)),
    [commandIds.turnOffTrigger]: later(async () => (await import('../triggers/index')).turnTrigger(deck, false)),
    [commandIds.removeTrigger]: later(async () => (await import('../triggers/index')).removeTrigger(deck)),
    [commandIds.copyTriggerUrl]: later(async () => (await import('../triggers/index')).copyTriggerUrl()),
  };
}

/** What changes only how the functions are shown. */
function viewCommands(deck: Deck): Record<ViewId, Command> {
  return {
    [commandIds.refresh]: refresh(deck),
    [commandIds.refreshNode]: refreshNode(deck),
    [commandIds.loadMore]: loadMore(deck),
    [commandIds.filter]: filter(deck),
    [commandIds.clearFilter]: clearFilter(deck),
    [commandIds.sort]: sort(deck),
    [commandIds.signIn]: signIn(deck),
    [commandIds.pin]: pin(deck),
    [commandIds.unpin]: unpin(deck),
  };
}

/** For bundles of their own: their questions are many, and most windows never ask them. */
function later(load: () => Promise<Command>): Command {
  return async (...args) => (await load())(...args);
}
