const units = ['B', 'kB', 'MB', 'GB'] as const;

/** A size for people, in powers of 1,000: `812 B`, `3.2 kB`, `41 MB`. */
export function formatBytes(bytes: number): string {
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  const value = bytes / 1000 ** step;
  return `${value >= 10 || step === 0 ? Math.round(value) : value.toFixed(1)} ${units[step]}`;
}
