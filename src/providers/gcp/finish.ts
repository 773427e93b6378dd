import type { cloudfunctions_v2 } from 'googleapis/build/src/apis/cloudfunctions/v2';
import { explain } from '../../core/change';
import { isAbort, isProviderError, ProviderError } from '../../core/errors';
import type { CallOptions } from '../../core/provider';
import type { Connection } from './client';
import { type About, cure, deployFailure, reason, standing } from './deployFailure';
import { describe } from './describe';
import { refuseOthers } from './mutable';
import { followFunction, lagMs, type Operation, until } from './operations';
import { text } from './values';

type Raw = cloudfunctions_v2.Schema$Function;

/** A change that was sent. */
export interface Sent extends About {
  /** `undefined` when the answer to the change was lost, so that only the function itself tells how it goes. */
  readonly operation: Operation | undefined;
  /** Whether the function as read is what was asked for; `isOver` when Google said that the change came to its end. */
  readonly isDone: (raw: Raw, isOver: boolean) => boolean;
}

/** Follows a change to its end and gives the function as it is then. A failure, or a cancel, says what is and is not changed. */
export async function finish(connection: Connection, sent: Sent, options: CallOptions, seen?: (operation: Operation) => void): Promise<Raw> {
  const over = await heard(sent, async () => sent.operation && followFunction(connection, sent.operation, options, seen));
  if (over?.error) throw await deployFailure(connection, over, sent, options);
  const isOver = over !== undefined;
  const raw = await heard(sent, () => settled(connection, sent, isOver, options));
  if (raw.state === 'FAILED') throw broken(raw, sent);
  if (sent.isDone(raw, isOver)) return raw;
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
async function settled(connection: Connection, sent: Sent, isOver: boolean, options: CallOptions): Promise<Raw> {
  const { ref } = sent;
  let raw: Raw | undefined;
  let wasBusy = isOver;
  const end = Date.now() + lagMs;
  await until(async () => {
    const found = await describe(connection, ref, options);
    const isLate = Date.now() > end;
    if (!found && sent.isNew && !raw && !isLate) return false;
    if (!found) throw absent(sent, raw !== undefined);
    raw = refuseOthers(found, ref);
    if (raw.state === 'DEPLOYING') wasBusy = true;
    return raw.state !== 'DEPLOYING' && shows(raw, sent, isOver, wasBusy, isLate);
  }, options);
  return raw ?? {};
}

/** Whether the function tells how the change ended. A failure may be that of an earlier change until this one was seen. */
function shows(raw: Raw, { operation, isDone }: Sent, isOver: boolean, wasBusy: boolean, isLate: boolean): boolean {
  if (isLate || !operation) return true;
  if (raw.state === 'FAILED') return wasBusy;
  return isDone(raw, isOver) || (wasBusy && !isOver);
}

function absent({ ref: { name }, isNew }: Sent, wasThere: boolean): ProviderError {
  if (isNew && !wasThere) return new ProviderError('notFound', `${name} is not there, though Google began to create it; refresh and deploy it again.`);
  return new ProviderError('notFound', `${name} was deleted by somebody else; deploy it again.`);
}

function broken({ stateMessages }: Raw, sent: Sent): ProviderError {
  const messages = Array.isArray(stateMessages) ? stateMessages.map((one) => text(one?.message)).filter((one) => one !== undefined) : [];
  const why = messages.length > 0 ? reason(messages.join(' ')) : 'no reason was given';
  return new ProviderError('invalid', `${standing(sent)}: the change failed (${why}); ${cure(sent)}.`);
}
