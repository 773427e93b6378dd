import { realpath } from 'node:fs/promises';
import * as vscode from 'vscode';
import { isAbort } from '../../core/errors';
import type { DebugProcess } from '../../core/provider';
import type { Deck } from '../deck';
import { sendEvent } from '../invoke/send';
import { sentence, show } from '../run';
import { attachTo, bundledDebugpy } from './attach';
import { bring } from './bring';
import type { FunctionConfiguration } from './configuration';
import { isBelow, watchHolds } from './holds';
import { type DebugTarget, findTarget } from './target';

interface Request {
  readonly seq: number;
  readonly command: string;
  readonly arguments?: { readonly breakpoints?: readonly unknown[]; readonly restart?: boolean };
}

/** Who answers for a session: ourselves for a function, and for a process of it the debugger inside. */
export function describeAdapter(deck: Deck, session: vscode.DebugSession): vscode.DebugAdapterDescriptor {
  const { request, connect } = session.configuration as { request: string; connect?: { readonly host: string; readonly port: number } };
  if (request === 'attach' && connect) return new vscode.DebugAdapterServer(connect.port, connect.host);
  return new vscode.DebugAdapterInlineImplementation(new FunctionAdapter(deck, session));
}

/**
 * The session of a function: has its code run, sends the event, and starts a session below it for every process that waits
 * for a debugger. It stays until it is stopped, so that other calls stop at breakpoints too.
 */
class FunctionAdapter implements vscode.DebugAdapter {
  readonly #messages = new vscode.EventEmitter<vscode.DebugProtocolMessage>();
  readonly #end = new AbortController();
  readonly onDidSendMessage = this.#messages.event;
  #seq = 1;
  #target: DebugTarget | undefined;

  constructor(
    readonly deck: Deck,
    readonly session: vscode.DebugSession,
  ) {}

  handleMessage(message: vscode.DebugProtocolMessage): void {
    const request = message as Request;
    void this.#handle(request);
  }

  dispose(): void {
    this.#end.abort();
    this.#messages.dispose();
  }

  async #handle(request: Request): Promise<void> {
    try {
      const body = await this.#answer(request);
      this.#send({ type: 'response', request_seq: request.seq, command: request.command, success: true, body });
      if (request.command === 'launch') this.#event('initialized');
      if (request.command === 'configurationDone') void this.#run();
      if (request.command === 'disconnect' || request.command === 'terminate') this.#event('terminated');
    } catch (error) {
      if (isAbort(error)) return this.#event('terminated');
      this.deck.log.error(error instanceof Error ? error : String(error));
      this.#send({ type: 'response', request_seq: request.seq, command: request.command, success: false, message: sentence(error), body: { error: { id: 1, format: '{text}', variables: { text: sentence(error) }, showUser: true } } });
    }
  }

  async #answer({ command, arguments: { breakpoints = [] } = {} }: Request): Promise<object> {
    switch (command) {
      case 'initialize':
        return { supportsConfigurationDoneRequest: true, supportsTerminateRequest: false };
      case 'launch':
        return this.#launch();
      case 'setBreakpoints':
        return { breakpoints: breakpoints.map(() => ({ verified: false, message: vscode.l10n.t('It is set when the function is called.') })) };
      case 'threads':
        return { threads: [] };
      case 'disconnect':
      case 'terminate':
        this.#end.abort();
        return {};
      default:
        return {};
    }
  }

  async #launch(): Promise<object> {
    this.#target = await findTarget(this.deck, this.#configuration);
    if (!(await bring(this.deck, this.#target))) throw new DOMException('The user gave up.', 'AbortError');
    return {};
  }

  async #run(): Promise<void> {
    const { deck, session } = this;
    if (!this.#target) return;
    const { ref } = this.#target;
    const { debug } = deck.service.able(ref.provider, 'debug');
    const { signal } = this.#end;
    if (this.#configuration.noDebug === true) return this.#invoke().then(() => this.#event('terminated'));
    const open = vscode.Disposable.from(
      deck.debugging.add(ref, signal),
      vscode.debug.onDidStartDebugSession((started) => this.#rename(started)),
      watchHolds(session, (isHeld) => debug.hold(ref, isHeld, { signal }).catch((error: unknown) => this.#note(error))),
    );
    await show(session.type, async () => {
      const { env } = this.#configuration;
      for await (const process of debug.processes(ref, { debugpy: bundledDebugpy(), env, ready: () => this.#begin(), signal })) void this.#attach(process);
    }, deck.log);
    open.dispose();
    this.#event('terminated');
  }

  #begin(): void {
    const text = vscode.l10n.t('Every call of {0} stops at breakpoints now, wherever it comes from, until this session is stopped.', this.#target?.ref.name ?? '');
    this.#event('output', { category: 'stdout', output: `${text}\n` });
    void this.#invoke();
  }

  async #invoke(): Promise<void> {
    const { event } = this.#configuration;
    const ref = this.#target?.ref;
    if (ref && typeof event === 'string') await show(this.session.type, () => sendEvent(this.deck, ref, event), this.deck.log);
  }

  async #attach(process: DebugProcess): Promise<void> {
    const name = vscode.l10n.t('{0} (process {1})', this.#target?.ref.name ?? '', process.pid);
    const { justMyCode = true } = this.#configuration;
    // The runtime's code goes by its real path, wherever the editor found it.
    const dist = await realpath(this.deck.dist);
    const configuration = attachTo(process, { name, source: this.#target?.source?.path, dist, justMyCode });
    const isAttached = await vscode.debug.startDebugging(this.session.workspaceFolder, configuration, {
      parentSession: this.session,
      lifecycleManagedByParent: true,
      consoleMode: vscode.DebugConsoleMode.MergeWithParent,
      compact: true,
      suppressSaveBeforeStart: true,
    });
    // The editor has said why. Nobody would ever let the process go on.
    if (!isAttached) this.#end.abort();
  }

  // Node's debugger starts a session of its own below ours, and gives it the same name for every process.
  #rename(started: vscode.DebugSession): void {
    if (started.parentSession && isBelow(started.parentSession, this.session)) started.name = this.#target?.ref.name ?? started.name;
  }

  #note(error: unknown): void {
    if (!isAbort(error)) this.deck.log.error(error instanceof Error ? error : String(error));
  }

  get #configuration(): FunctionConfiguration {
    return this.session.configuration;
  }

  #event(event: string, body?: object): void {
    this.#send({ type: 'event', event, body });
  }

  #send(message: object): void {
    this.#messages.fire({ seq: this.#seq++, ...message });
  }
}
