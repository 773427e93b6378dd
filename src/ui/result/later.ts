import { joinFacts } from '../../core/invocation/laterFacts';
import type { InvokeResult } from '../../core/provider';
import type { Wait } from './model';

/** What has become of a result: whole now, or why what was to come did not. */
export type Arrival = (result: InvokeResult, wait: Wait | undefined) => void;

/** Waits for what becomes known of a result after its answer; for one result at a time. */
export class LaterFactsOf {
  readonly #explain: (error: unknown) => string;
  #controller: AbortController | undefined;

  /** `explain` says in one sentence why the facts cannot be had. */
  constructor(explain: (error: unknown) => string) {
    this.#explain = explain;
  }

  /** Gives up what is waited for and starts to wait for this result; answers whether there is anything to wait for. */
  start(result: InvokeResult, arrived: Arrival): boolean {
    this.stop();
    if (!result.later) return false;
    const controller = (this.#controller = new AbortController());
    void this.#wait(result, result.later, controller, arrived);
    return true;
  }

  /** Answers whether something was waited for. */
  stop(): boolean {
    const controller = this.#controller;
    this.#controller = undefined;
    controller?.abort();
    return controller !== undefined;
  }

  async #wait(result: InvokeResult, later: NonNullable<InvokeResult['later']>, controller: AbortController, arrived: Arrival): Promise<void> {
    const found = await later({ signal: controller.signal }).catch((error: unknown): Wait => ({ problem: this.#explain(error) }));
    if (this.#controller !== controller) return;
    this.#controller = undefined;
    if (found === undefined) arrived(result, 'late');
    else if (isProblem(found)) arrived(result, found);
    else arrived(joinFacts(result, found), undefined);
  }
}

function isProblem(found: object | string): found is Wait {
  return typeof found === 'string' || 'problem' in found;
}
