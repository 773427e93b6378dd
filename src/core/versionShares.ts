import type { FunctionVersion } from './provider';

/** Percent of the calls by version; together 100. */
export type Shares = Readonly<Record<string, number>>;

/** Who gets calls as things are. */
export function sharesOf(versions: readonly FunctionVersion[]): Shares {
  return Object.fromEntries(versions.flatMap(({ version, share }) => (share ? [[version, share] as const] : [])));
}

/** One version gets so many percent, 1 to 99, of what the others share in the proportions that they have now; whole numbers. */
export function shareWith(shares: Shares, version: string, percent: number): Shares {
  const others = Object.entries(shares).filter(([name, share]) => name !== version && share > 0);
  const total = others.reduce((sum, [, share]) => sum + share, 0);
  const exact = others.map(([name, share]) => ({ name, part: (share / total) * (100 - percent) }));
  let rest = 100 - percent - exact.reduce((sum, { part }) => sum + Math.floor(part), 0);
  // What rounding leaves over goes to those that lost most by it.
  const byLoss = [...exact].sort((a, b) => (b.part % 1) - (a.part % 1));
  const whole = byLoss.map(({ name, part }) => [name, Math.floor(part) + (rest-- > 0 ? 1 : 0)] as const);
  return Object.fromEntries([[version, percent], ...whole.filter(([, share]) => share > 0)]);
}

/** The shares that a command was called with; `undefined` for anything that is none. */
export function toShares(value: unknown): Shares | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const shares = Object.entries(value as Record<string, unknown>);
  const percents = shares.map(([, share]) => share).filter((share): share is number => Number.isInteger(share) && Number(share) > 0);
  const isWhole = percents.length === shares.length && percents.reduce((sum, share) => sum + share, 0) === 100;
  return isWhole ? (value as Shares) : undefined;
}

export function sharesText(shares: Shares): string {
  return Object.entries(shares)
    .sort(([, a], [, b]) => b - a)
    .map(([version, share]) => `${version} ${share} %`)
    .join(', ');
}
