import type { cloudfunctions_v2 } from 'googleapis/build/src/apis/cloudfunctions/v2';
import { explain } from '../../core/change';
import { isAbort, isProviderError, ProviderError } from '../../core/errors';
import type { CallOptions } from '../../core/provider';
import type { Connection } from './client';
import { type About, cure, deployFailure, reason, standing } from './deployFailure';
import { describe } from './describe';
import { refuseOthers } from './mutable';
import { followFunction, type Operation, until } from './operations';
import { text } from './values';

type Raw = cloudfunctions_v2.Schema$Function;

/** A change that was sent. */
export interface Sent extends About {
  /** `undefined` when the answer to the change was lost, so that only the function itself tells how it goes. */
  readonly operation: Operation | undefined;
  /** Whether the function as read is what was asked for. */
  readonly isDone: (raw: Raw) => boolean;
}

/** How long a function may still be described as before when its change is over. */
const lagMs = 20_000;

/** Follows a change to its end and gives the function as it is then. A failure, or a cancel, says what is and is not changed. */
export async function finish(connection: Connection, sent: Sent, options: CallOptions, seen?: (operation: Operation) => void): Promise<Raw> {
  const over = await heard(sent, async () => sent.operation && followFunction(connection, sent.operation, options, seen));
  if (over?.error) throw await deployFailure(connection, over, sent, options);
  const raw = await heard(sent, () => settled(connection, sent, options));
  if (raw.state === 'FAILED') throw broken(raw, sent);
  if (sent.isDone(raw)) return raw;
  throw new ProviderError('conflict', `${sent.ref.name} is not what was deployed, because somebody else changed it at the same time or Google gave up the change; refresh and try again.`);
}

/** Says of a change under way that it goes on, when nobody listens any more. */
async function heard<T>({ ref: { name } }: Sent, listen: () => Promise<T>): Promise<T> {
  try {
    return await listen();
  } catch (error) {
    if (isProviderError(error) && error.kind === 'notFound') throw error;
    if (!isAbort(error)) throw explain(`The change of ${name} was begun, but how it ends cannot be seen`, error);
    const message = `You cancelled, but the change of ${name} that was begun goes on at Google, and nothing else is done after it; refresh in a few minutes to see it.`;
    throw new ProviderError('unknown', message, { cause: error });
  }
}

/** The function when nothing is done to it any more, and shows what was asked for if it is going to. */
async function settled(connection: Connection, { ref, operation, isDone }: Sent, options: CallOptions): Promise<Raw> {
  let raw: Raw | undefined;
  const since = Date.now();
  await until(async () => {
    const found = await describe(connection, ref, options);
    if (!found) throw new ProviderError('notFound', `${ref.name} was deleted by somebody else; deploy it again.`);
    raw = refuseOthers(found, ref);
    if (raw.state === 'DEPLOYING') return false;
    return raw.state === 'FAILED' || isDone(raw) || !operation || Date.now() - since > lagMs;
  }, options);
  return raw ?? {};
}

function broken({ stateMessages }: Raw, sent: Sent): ProviderError {
  const messages = Array.isArray(stateMessages) ? stateMessages.map((one) => text(one?.message)).filter((one) => one !== undefined) : [];
  const why = messages.length > 0 ? reason(messages.join(' ')) : 'no reason was given';
  return new ProviderError('invalid', `${standing(sent)}: the change failed (${why}); ${cure(sent)}.`);
}
