/** The start of a region's name, and the console of the partition that it is in. */
const consoles: readonly (readonly [string, (region: string) => string])[] = [
  ['cn-', (region) => `${region}.console.amazonaws.cn`],
  ['us-gov-', () => 'console.amazonaws-us-gov.com'],
  ['', (region) => `${region}.console.aws.amazon.com`],
];

/** A function's page in the AWS console. */
export function consoleUrl(region: string, name: string): string {
  const host = consoles.find(([start]) => region.startsWith(start))?.[1](region) ?? '';
  return `https://${host}/lambda/home?region=${encodeURIComponent(region)}#/functions/${encodeURIComponent(name)}`;
}
