/** List price in US dollars. */
export interface Price {
  readonly perGbSecond: number;
  readonly perRequest: number;
}

/** Estimated price of one call in US dollars; free tiers and discounts are not counted. */
export function estimateCost(price: Price, billedMs: number, memoryMb: number): number {
  return price.perRequest + (billedMs / 1000) * (memoryMb / 1024) * price.perGbSecond;
}

/** An amount of US dollars with the two digits that matter, never in scientific notation: `$0.0000002`, `$1.20`, `$340`. */
export function costText(usd: number): string {
  if (!Number.isFinite(usd) || usd <= 0) return '$0';
  if (usd >= 100) return `$${Math.round(usd)}`;
  if (usd >= 1) return `$${usd.toFixed(2)}`;
  const digits = Math.min(20, 1 - Math.floor(Math.log10(usd)));
  return `$${usd.toFixed(digits).replace(/\.?0+$/, '')}`;
}
