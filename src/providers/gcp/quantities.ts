const decimal: Readonly<Record<string, number>> = { k: 1e-3, M: 1, G: 1e3, T: 1e6 };
const binary: Readonly<Record<string, number>> = { Ki: 1 / 1024, Mi: 1, Gi: 1024, Ti: 1024 * 1024 };
const mib = 1024 * 1024;

/**
 * Memory in MB, `undefined` when it cannot be read. Both units of Kubernetes are taken for MB, as users write them: `256M` and `256Mi` are 256.
 * https://github.com/kubernetes/apimachinery/blob/master/pkg/api/resource/quantity.go
 */
export function toMegabytes(quantity: unknown): number | undefined {
  const parts = /^(\d+(?:\.\d+)?)([kMGT]|[KMGT]i)?$/.exec(typeof quantity === 'string' ? quantity : '');
  if (!parts) return undefined;
  const amount = Number(parts[1]);
  const unit = parts[2];
  if (unit === undefined) return Math.round(amount % mib === 0 ? amount / mib : amount / 1e6);
  return Math.round(amount * (decimal[unit] ?? binary[unit] ?? 1));
}

export function fromMegabytes(megabytes: number): string {
  return `${megabytes}Mi`;
}

/** Processors: `1`, `0.5833` or `583m`; `undefined` when it cannot be read. */
export function toProcessors(quantity: unknown): number | undefined {
  const parts = /^(\d+(?:\.\d+)?)(m?)$/.exec(typeof quantity === 'string' ? quantity : '');
  return parts ? Number(parts[1]) / (parts[2] ? 1000 : 1) : undefined;
}
