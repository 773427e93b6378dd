import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from '../store/files';
import { firstOf, isFirst } from './badge';
import { readProc, readTable, type Row } from './processTable';

/** A process and all that it started. */
export interface Family {
  readonly pid: number;
  /** A text in the environment of all of them, unless they were started without. */
  readonly mark: string;
  /** When it was born, in the system's ticks; 0 when that is not known. */
  readonly started: number;
  readonly badge?: number;
}

const patienceMs = 5000;
/** Asking a process costs a tenth of a millisecond; so many tell whether it is too much. */
const enough = 100;

/**
 * Ends a process with all that it started, also what left its group, its session or its parent, or was started with
 * another environment. Gives up after some seconds on a family that is born faster than it can be ended.
 */
export async function killTree(family: Family): Promise<void> {
  if (process.platform === 'win32') return taskkill(family.pid);
  // As long as they are only stopped, each can be found by its parent.
  signalProcess(-family.pid, 'SIGSTOP');
  const found = members(family, await readTable());
  signalProcess(-family.pid);
  await killAll(family, found);
}

/** Ends what is left of a family long after: its numbers may be others' by now, so only those go who can be told. */
export async function killLeft(family: Family): Promise<void> {
  const table = await readTable();
  const left = isReused(family.badge, table) ? { ...family, badge: undefined } : family;
  await killAll(left, members(left, table));
}

/** Whether a badge is of a block that a runtime has now: that shows by its first number, or by whose children wear the others. */
export function isReused(badge: number | undefined, table: readonly Row[]): boolean {
  if (badge === undefined) return false;
  const rows = new Map(table.map((row) => [row.pid, row]));
  return table.some((row) => firstOf(row.badge() ?? NaN) === firstOf(badge) && isOfRuntime(row, rows));
}

function isOfRuntime(row: Row, rows: ReadonlyMap<number, Row>): boolean {
  let one: Row | undefined = row;
  // The table was not read in one moment, so it may lead in circles.
  for (let steps = 0; one && steps < enough; steps++, one = rows.get(one.parent)) if (isFirst(one.badge() ?? NaN)) return true;
  return false;
}

// Until none is left: one that was just born when the list was read shows in the next.
async function killAll(family: Family, first: readonly Row[]): Promise<void> {
  let found = first;
  for (const end = Date.now() + patienceMs; found.length && Date.now() < end; found = members(family, await readTable())) {
    for (const { pid } of found) signalProcess(pid);
    await sleep(2);
  }
}

/** Those of the table who belong to the family. */
export function members(family: Family, table: readonly Row[]): Row[] {
  const able = table.filter((row) => row.pid !== process.pid && row.started >= family.started);
  const known = new Set(able.filter((row) => isMember(family, row)).map((row) => row.pid));
  // Children are mostly listed after their parents, so two rounds do.
  for (let before = -1; before < known.size; ) {
    before = known.size;
    for (const row of able) if (known.has(row.parent)) known.add(row.pid);
  }
  return able.filter((row) => known.has(row.pid));
}

function isMember({ pid, mark, started, badge }: Family, row: Row): boolean {
  return (row.pid === pid && row.started > 0 && row.started === started) || (badge !== undefined && row.badge() === badge) || row.has(mark);
}

function taskkill(pid: number): Promise<void> {
  return new Promise((resolve) => {
    execFile('taskkill', ['/PID', String(pid), '/T', '/F'], { windowsHide: true }, () => resolve());
  });
}

/** Kills a process, or a group by its negative number, if it is still there. */
export function signalProcess(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!['ESRCH', 'EPERM'].includes(errorCode(error) ?? '')) throw error;
  }
}

/** Memory of a process in kB as Linux accounts it: `VmHWM` is the most it ever had, `VmRSS` what it has now. */
export function processMemoryKb(pid: number, field: 'VmHWM' | 'VmRSS'): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const found = new RegExp(`${field}:\\s+(\\d+)`).exec(readProc(pid, 'status')?.toString('latin1') ?? '');
  return found ? Number(found[1]) : undefined;
}

/** What a process has now with its children and theirs, each of which counts with its share of what several have. Only Linux tells. */
export function familyMemoryKb(pid: number): number | undefined {
  const own = processMemoryKb(pid, 'VmRSS');
  return own && descendants(pid).slice(0, enough).reduce((sum, child) => sum + shareKb(child), own);
}

function shareKb(pid: number): number {
  return Number(/^Pss:\s+(\d+)/m.exec(readProc(pid, 'smaps_rollup')?.toString('latin1') ?? '')?.[1] ?? 0);
}

function descendants(pid: number): number[] {
  const found = [pid];
  for (const one of found) found.push(...childrenOf(one));
  return found.slice(1);
}

// Of each of its threads, because any may start one.
function childrenOf(pid: number): number[] {
  return threadsOf(pid).flatMap((thread) => readProc(pid, `task/${thread}/children`)?.toString('latin1').match(/\d+/g)?.map(Number) ?? []);
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(errorCode(error) ?? '')) return [];
    throw error;
  }
}
