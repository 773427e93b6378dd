/** One measured figure; lower is better. */
export interface Figure {
  readonly what: string;
  readonly ours: number;
  readonly unit: string;
  /** The same thing done by somebody else in the same run. */
  readonly peer?: { readonly name: string; readonly value: number };
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
  for (let i = 0; i < n; i++) {
    const start = performance.now();
    await task();
    times.push(performance.now() - start);
  }
  return median(times);
}

export function table(figures: readonly Figure[]): string {
  const rows = figures.map(({ what, ours, unit, peer, aim, note }) => [
    what,
    `${number(ours)} ${unit}`,
    peer ? `${peer.name} ${number(peer.value)} ${unit}` : '',
    peer ? (ours / peer.value).toFixed(3) : '',
    aim ?? '',
    note ?? '',
  ]);
  const all = [['figure', 'ours', 'peer', 'ratio', 'aim', 'note'], ...rows];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  return all.map((row) => row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ').trimEnd()).join('\n');
}

function number(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2);
}
