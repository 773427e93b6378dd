import * as vscode from 'vscode';
import { isAbort } from '../core/errors';
import { origins, type Origin, toOrigins } from '../core/log/origins';
import { plainText } from '../core/log/plainText';
import { type FunctionRef, refKey } from '../core/provider';
import type { FunctionService } from '../core/service';
import { contextKeys } from './ids';
import { LogChannel } from './log/channel';
import { sentence } from './run';
import { withProgress } from './progress';
import { onSettingsChange, setting } from './settings';

interface Session {
  readonly ref: FunctionRef;
  readonly controller: AbortController;
}

/** The logs that are shown and tailed: an output channel for each function, a session for each tail. */
export class Logs implements vscode.Disposable {
  readonly #service: FunctionService;
  readonly #channels = new Map<string, { readonly ref: FunctionRef; readonly channel: LogChannel }>();
  readonly #sessions = new Map<string, Session>();
  readonly #failed = new Map<string, FunctionRef>();
  readonly #changes = new vscode.EventEmitter<void>();
  readonly #settings = onSettingsChange(['log.show'], () => this.#select());
  readonly onDidChange = this.#changes.event;
  #origins = toOrigins(setting('log.show'));

  constructor(service: FunctionService) {
    this.#service = service;
  }

  /** The functions whose logs are tailed, in the order they were started. */
  get tailing(): readonly FunctionRef[] {
    return [...this.#sessions.values()].map(({ ref }) => ref);
  }

  /** The functions whose tail ended with an error that was not looked at yet. */
  get failed(): readonly FunctionRef[] {
    return [...this.#failed.values()];
  }

  /** The functions that have a channel. */
  get shown(): readonly FunctionRef[] {
    return [...this.#channels.values()].map(({ ref }) => ref);
  }

  isTailing(ref: FunctionRef): boolean {
    return this.#sessions.has(refKey(ref));
  }

  /** What the function's log is called: `hello (local)`. */
  name(ref: FunctionRef): string {
    const provider = this.#service.providers.find(({ id }) => id === ref.provider);
    const place = provider?.remote ? `${provider.label} ${ref.scope}` : ref.scope;
    const name = ref.qualifier ? `${ref.name}:${ref.qualifier}` : ref.name;
    return plainText(`${name} (${place})`);
  }

  /** The function whose channel a document shows. */
  shownIn(document: vscode.Uri): FunctionRef | undefined {
    const holders = [...this.#channels.values()].filter(({ channel }) => document.path.endsWith(`-${channel.name}`));
    return holders.sort((a, b) => b.channel.name.length - a.channel.name.length)[0]?.ref;
  }

  /** Shows the channel and starts to tail into it, unless that is going on. Rejects if the provider has no logs. */
  async tail(ref: FunctionRef): Promise<void> {
    this.#service.able(ref.provider, 'tail');
    const channel = this.#channel(ref);
    this.show(ref);
    if (this.isTailing(ref)) return;
    this.#start(ref, channel, channel.since());
  }

  /** Brings the channel up. */
  show(ref: FunctionRef): void {
    this.#channel(ref).show();
    if (this.#failed.delete(refKey(ref))) this.#changed();
  }

  stop(ref: FunctionRef): void {
    this.#failed.delete(refKey(ref));
    if (this.#end(ref)) void this.#channel(ref).note(vscode.l10n.t('Stopped tailing.'));
    this.#changed();
  }

  stopAll(): void {
    for (const ref of [...this.tailing, ...this.failed]) this.stop(ref);
  }

  /** Shows the log from a time on in place of what the channel has; a tail goes on from there. */
  async showSince(ref: FunctionRef, since: Date): Promise<void> {
    this.#service.able(ref.provider, 'tail');
    const channel = this.#channel(ref);
    const goesOn = this.#end(ref);
    channel.restart();
    channel.show();
    if (goesOn) return this.#start(ref, channel, since);
    const title = vscode.l10n.t('Reading the log of {0}', ref.name);
    await withProgress(title, ({ signal }) => this.#read(ref, channel, since, signal));
  }

  clear(ref: FunctionRef): void {
    this.#channels.get(refKey(ref))?.channel.clear();
  }

  dispose(): void {
    for (const { controller } of this.#sessions.values()) controller.abort();
    for (const { channel } of this.#channels.values()) channel.dispose();
    this.#sessions.clear();
    this.#settings.dispose();
    this.#changes.dispose();
  }

  #channel(ref: FunctionRef): LogChannel {
    const key = refKey(ref);
    const held = this.#channels.get(key);
    if (held) return held.channel;
    const channel = new LogChannel(this.name(ref), this.#origins);
    this.#channels.set(key, { ref, channel });
    return channel;
  }

  #select(): void {
    this.#origins = toOrigins(setting('log.show'));
    for (const { channel } of this.#channels.values()) channel.select(this.#origins);
  }

  #start(ref: FunctionRef, channel: LogChannel, since: Date): void {
    const session = { ref, controller: new AbortController() };
    this.#failed.delete(refKey(ref));
    this.#sessions.set(refKey(ref), session);
    this.#changed();
    void this.#follow(session, channel, since);
  }

  /** Nobody awaits a tail, so this is where its errors end. */
  async #follow(session: Session, channel: LogChannel, since: Date): Promise<void> {
    const { ref, controller } = session;
    const { signal } = controller;
    try {
      void channel.note([vscode.l10n.t('Tailing {0}. New log events appear here.', channel.name), hiddenText(this.#origins)].join(' ').trim());
      for await (const batch of this.#service.tail(ref, since, { signal })) {
        if (signal.aborted) return;
        await channel.append(batch);
      }
    } catch (error) {
      if (signal.aborted || isAbort(error)) return;
      this.#failed.set(refKey(ref), ref);
      void channel.note(vscode.l10n.t('The tail ended. {0}', sentence(error)));
    } finally {
      this.#ended(session);
    }
  }

  async #read(ref: FunctionRef, channel: LogChannel, since: Date, signal: AbortSignal): Promise<void> {
    let count = 0;
    for await (const batch of this.#service.tail(ref, since, { signal, until: new Date() })) {
      count += batch.length;
      await channel.append(batch);
    }
    const time = since.toLocaleString();
    await channel.note(count === 0 ? vscode.l10n.t('No log events since {0}.', time) : vscode.l10n.t('This is the log since {0}.', time));
  }

  /** Whether there was a tail to end. */
  #end(ref: FunctionRef): boolean {
    this.#sessions.get(refKey(ref))?.controller.abort();
    return this.#sessions.delete(refKey(ref));
  }

  /** Another tail of the same function may have taken the place since. */
  #ended(session: Session): void {
    const key = refKey(session.ref);
    if (this.#sessions.get(key) !== session) return;
    this.#sessions.delete(key);
    this.#changed();
  }

  #changed(): void {
    void vscode.commands.executeCommand('setContext', contextKeys.tailing, this.#sessions.size + this.#failed.size > 0);
    this.#changes.fire();
  }
}

/** So that nobody waits for a line that is hidden. */
function hiddenText(shown: ReadonlySet<Origin>): string {
  const names: Readonly<Record<Origin, string>> = { function: vscode.l10n.t('function'), request: vscode.l10n.t('request'), platform: vscode.l10n.t('platform') };
  const hidden = origins.filter((origin) => !shown.has(origin)).map((origin) => names[origin]);
  return hidden.length === 0 ? '' : vscode.l10n.t('Lines that are hidden: {0}.', hidden.join(', '));
}
