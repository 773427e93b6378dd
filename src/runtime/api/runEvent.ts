import type { Outcome } from '../engine/spec';
import { waitMs, type Again } from '../queue';
import type { QueuedEvent } from '../queuedEvent';
import type { EventConfigRecord } from '../store/records';
import { route } from './aliases';
import type { World } from './call';
import { sendOn, tell, type Condition, type Ending } from './destinations';
import { run } from './invoke';
import { lookup, type Found } from './names';
import { own } from './qualifiers';

// AWS tries a failed event after one minute, and again after two. Here that takes seconds; the age of an event counts as
// if it had been minutes.
const awsRetryMs = [60_000, 120_000];
const retryMs = [1000, 2000];
const turnMs = 1000;
const maxAgeSeconds = 21_600;
export const maxHops = 16;

/** Runs an accepted event once; says when it must be tried again, or sends its result to where it is to go. */
export async function runEvent(world: World, event: QueuedEvent): Promise<Again | undefined> {
  const named = lookup(world, event.name, event.qualifier);
  if (!named) return undefined;
  const found = route(named);
  const config = own(found.record.eventConfigs, event.qualifier ?? '$LATEST') ?? { lastModified: 0 };
  const end = (condition: Condition, outcome?: Outcome) => finish(world, { event, found, config, condition, outcome });
  if (found.record.reserved === 0) return end('ZeroReservedConcurrency');
  if ((event.call.hops ?? 0) >= maxHops) return tell(world, found, event, `The event went through ${maxHops} functions, each called with the result or the log of the one before, and is stopped here.`);
  const outcome = await tryRun(world, found, event);
  if ('afterMs' in outcome) return ageMs(event) > limitMs(config) ? end('EventAgeExceeded') : outcome;
  if (outcome.ok) return end('Success', outcome);
  const failures = event.failures ?? 0;
  if (failures >= (config.retries ?? 2)) return end('RetriesExhausted', outcome);
  if (ageMs(event) + (awsRetryMs[failures] ?? 0) > limitMs(config)) return end('EventAgeExceeded', outcome);
  return again(world, found, event, config);
}

async function tryRun(world: World, found: Found, event: QueuedEvent): Promise<Outcome | Again> {
  try {
    return await run(world, found, event.call);
  } catch (error) {
    // It waits for its turn.
    if (error instanceof Error && error.name === 'NoRoom') return { event, afterMs: turnMs };
    return notRun(world, found, event, error);
  }
}

// Whatever keeps it from the function may be gone later, and only who reads the function's log can help.
function notRun(world: World, found: Found, event: QueuedEvent, error: unknown): Again {
  const afterMs = waitMs(event.faults);
  const why = error instanceof Error ? error.message : String(error);
  world.warn(`An event for ${event.name} could not be run: ${String(error)}`);
  tell(world, found, event, `The event could not be run (${why}); it is tried again in ${afterMs / 1000} s.`);
  return { event: { ...event, faults: (event.faults ?? 0) + 1 }, afterMs };
}

function again(world: World, found: Found, event: QueuedEvent, config: EventConfigRecord): Again {
  const failures = event.failures ?? 0;
  const afterMs = retryMs[failures] ?? turnMs;
  tell(world, found, event, `The event failed at try ${failures + 1} of ${(config.retries ?? 2) + 1}; it is tried again in ${afterMs / 1000} s, for which AWS takes ${(awsRetryMs[failures] ?? 0) / 1000} s.`);
  return { event: { ...event, failures: failures + 1 }, afterMs };
}

async function finish(world: World, ending: Ending): Promise<undefined> {
  await sendOn(world, ending);
  return undefined;
}

function ageMs(event: QueuedEvent): number {
  const spared = retryMs.slice(0, event.failures ?? 0).map((ms, index) => (awsRetryMs[index] ?? 0) - ms);
  return Date.now() - (event.accepted ?? Date.now()) + spared.reduce((sum, ms) => sum + ms, 0);
}

function limitMs(config: EventConfigRecord): number {
  return (config.maxAgeSeconds ?? maxAgeSeconds) * 1000;
}
