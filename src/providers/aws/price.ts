import type { Price } from '../../core/cost';

// List price in us-east-1 without tiers, from aws.amazon.com/lambda/pricing: most other regions ask the same or a little more.
const perRequest = 0.2 / 1_000_000;

const prices: Readonly<Record<string, Price>> = {
  x86_64: { perGbSecond: 0.0000166667, perRequest },
  arm64: { perGbSecond: 0.0000133334, perRequest },
};

export function price(architecture: string): Price | undefined {
  return prices[architecture];
}
