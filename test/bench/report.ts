/** One measured figure. */
export interface Figure {
  readonly what: string;
  readonly ours: number;
  readonly unit: string;
  /** The same thing done by somebody else in the same run. */
  readonly peer?: { readonly name: string; readonly value: number };
  /** What must be kept and what we aim at: of the ratio if there is a peer, else of the figure itself. */
  readonly limit?: { readonly must: number; readonly aim?: number };
  /** More is better. */
  readonly more?: boolean;
  /** What we aim at, in words. */
  readonly aim?: string;
  readonly note?: string;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Runs something `n` times after one warm-up and answers the median in milliseconds. */
export async function timed(n: number, task: () => Promise<unknown>): Promise<number> {
  await task();
  const times: number[] = [];
  for (let i = 0; i < n; i++) times.push(await clock(task));
  return median(times);
}

/** Milliseconds that something takes. */
export async function clock(task: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await task();
  return performance.now() - start;
}

export function table(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const { what, ours, unit, peer, note } = figure;
    const theirs = peer ? `${peer.name} ${number(peer.value)} ${unit}` : '';
    return [what, `${number(ours)} ${unit}`, theirs, peer ? (ours / peer.value).toFixed(3) : '', ...goals(figure), verdict(figure), note ?? ''];
  });
  const all = [['figure', 'ours', 'peer', 'ratio', 'must', 'aim', 'verdict', 'note'], ...rows];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  return all.map((row) => row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ').trimEnd()).join('\n');
}

function goals({ limit, more, peer, unit, aim }: Figure): string[] {
  if (!limit) return ['', aim ?? ''];
  const words = (value: number | undefined): string => (value === undefined ? '' : `${more ? '≥' : '≤'} ${value}${peer ? '' : ` ${unit}`}`);
  return [words(limit.must), words(limit.aim)];
}

function verdict({ limit, more, ours, peer }: Figure): string {
  if (!limit) return '';
  const value = peer ? ours / peer.value : ours;
  const keeps = (bound: number | undefined): boolean => bound !== undefined && (more ? value >= bound : value <= bound);
  if (keeps(limit.aim)) return 'aim';
  return keeps(limit.must) ? 'must' : 'MISSED';
}

function number(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2);
}
