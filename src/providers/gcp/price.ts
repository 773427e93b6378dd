/** List price of a Cloud Run service that is billed by request, in US dollars. */
interface RunPrice {
  readonly perProcessorSecond: number;
  readonly perGbSecond: number;
  readonly perRequest: number;
}

/** https://cloud.google.com/run/pricing, "Services (request-based billing)". */
const tier1: RunPrice = { perProcessorSecond: 0.000024, perGbSecond: 0.0000025, perRequest: 0.4e-6 };
const tier2: RunPrice = { perProcessorSecond: 0.0000336, perGbSecond: 0.0000035, perRequest: 0.4e-6 };

/** https://cloud.google.com/run/docs/locations, "Subject to Tier 1 pricing"; all others are in the dearer tier. */
const cheaper: ReadonlySet<string> = new Set(
  'asia-east1 asia-northeast1 asia-northeast2 europe-north1 europe-southwest1 europe-west1 europe-west4 europe-west8 europe-west9 me-west1 us-central1 us-east1 us-east4 us-east5 us-south1 us-west1'.split(' '),
);

/** What one call is made of, as far as it is charged for. */
export interface Usage {
  readonly location: string;
  readonly billedMs: number;
  readonly memoryMb: number;
  readonly cpu: number;
}

/** Estimated price in US dollars, as if no other call shared the instance; free tiers and discounts are not counted. */
export function estimateRunCost({ location, billedMs, memoryMb, cpu }: Usage): number {
  const price = cheaper.has(location) ? tier1 : tier2;
  const seconds = billedMs / 1000;
  return price.perRequest + seconds * (cpu * price.perProcessorSecond + (memoryMb / 1024) * price.perGbSecond);
}

/** Time is charged in steps of 100 ms. */
export function billed(ms: number): number {
  // What a fraction of a second cannot say exactly must not become a step more.
  return Math.max(100, Math.ceil(Number((ms / 100).toFixed(6))) * 100);
}
