import { Turns } from '../../core/packaging/turns';
import type { LogGroup } from '../store/logGroup';
import { eventReaders } from '../store/logQuery';
import { EventRow, ownFields } from './row';

export interface FoundField {
  readonly name: string;
  /** Of the events that were looked at, how many have it: 1 to 100. */
  readonly percent: number;
}

const mostEvents = 10_000;
const mostFields = 1000;

/** The fields of a group's events between two times, the most frequent first; only so many events are looked at. */
export async function findFields(group: LogGroup, start: number, end: number): Promise<readonly FoundField[]> {
  const [turns, counts] = [new Turns(), new Map<string, number>()];
  let events = 0;
  for (const read of eventReaders(group, { start: Math.max(start, group.oldest), end })) {
    for (const event of read().slice(0, mostEvents - events)) {
      events += 1;
      for (const name of namesOf(new EventRow(group.name, event))) count(counts, name);
      if (turns.isOver) await turns.give();
    }
  }
  const found = [...counts].map(([name, times]) => ({ name, percent: Math.max(1, Math.round((100 * times) / events)) }));
  return found.sort((a, b) => b.percent - a.percent || (a.name < b.name ? -1 : 1));
}

function namesOf(row: EventRow): readonly string[] {
  return [...ownFields.filter((name) => row.get(name) !== undefined), ...row.members()];
}

function count(counts: Map<string, number>, name: string): void {
  const times = counts.get(name) ?? 0;
  if (times || counts.size < mostFields) counts.set(name, times + 1);
}
