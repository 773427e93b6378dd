/** Every id that `package.json` contributes, once and typed; a unit test compares both. */
export const commandIds = {
  newFunction: 'functionDeck.newFunction',
  deploy: 'functionDeck.deploy',
  deployTo: 'functionDeck.deployTo',
  invoke: 'functionDeck.invoke',
  invokeWith: 'functionDeck.invokeWith',
  invokeAndTail: 'functionDeck.invokeAndTail',
  debug: 'functionDeck.debug',
  editEvent: 'functionDeck.editEvent',
  tail: 'functionDeck.tail',
  stopTail: 'functionDeck.stopTail',
  showLog: 'functionDeck.showLog',
  clearLog: 'functionDeck.clearLog',
  chooseLogLines: 'functionDeck.chooseLogLines',
  refresh: 'functionDeck.refresh',
  refreshNode: 'functionDeck.refreshNode',
  loadMore: 'functionDeck.loadMore',
  filter: 'functionDeck.filter',
  clearFilter: 'functionDeck.clearFilter',
  sort: 'functionDeck.sort',
  pin: 'functionDeck.pin',
  unpin: 'functionDeck.unpin',
  copyName: 'functionDeck.copyName',
  copyResourceName: 'functionDeck.copyResourceName',
  openConsole: 'functionDeck.openConsole',
  openSource: 'functionDeck.openSource',
  versions: 'functionDeck.versions',
  changeSettings: 'functionDeck.changeSettings',
  downloadCode: 'functionDeck.downloadCode',
  addTrigger: 'functionDeck.addTrigger',
  turnOnTrigger: 'functionDeck.turnOnTrigger',
  turnOffTrigger: 'functionDeck.turnOffTrigger',
  removeTrigger: 'functionDeck.removeTrigger',
  copyTriggerUrl: 'functionDeck.copyTriggerUrl',
  deleteFunction: 'functionDeck.deleteFunction',
  chooseProviders: 'functionDeck.chooseProviders',
  configure: 'functionDeck.configure',
  signIn: 'functionDeck.signIn',
  showOutput: 'functionDeck.showOutput',
} as const;

export const viewIds = { functions: 'functionDeck.functions', sources: 'functionDeck.sources' } as const;

export const contextKeys = {
  /** Whether a text filter is set on the functions view. */
  filtered: 'functionDeck.filtered',
  /** Whether every provider is hidden. */
  empty: 'functionDeck.empty',
  /** Whether a log is being tailed. */
  tailing: 'functionDeck.tailing',
  /** Paths of the saved events in the workspace. */
  eventFiles: 'functionDeck.eventFiles',
  /** Paths of the handler files in the workspace. */
  handlerFiles: 'functionDeck.handlerFiles',
} as const;

export const debugTypes = { function: 'function-deck' } as const;

export const languageIds = { log: 'function-deck-log' } as const;
