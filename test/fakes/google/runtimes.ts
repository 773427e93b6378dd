import type { Json } from './json';

type Row = readonly [name: string, label: string, stage: 'GA' | 'BETA' | 'DEPRECATED' | 'DECOMMISSIONED', end?: readonly [number, number, number]];

/** Some of what the service offers, one of each stage among them; nothing may depend on the exact list, which changes every season. */
const rows: readonly Row[] = [
  ['nodejs18', 'Node.js 18', 'DECOMMISSIONED', [2025, 10, 30]],
  ['nodejs20', 'Node.js 20', 'DEPRECATED', [2026, 10, 30]],
  ['nodejs22', 'Node.js 22', 'GA', [2027, 10, 31]],
  ['nodejs24', 'Node.js 24', 'GA', [2028, 10, 31]],
  ['python310', 'Python 3.10', 'DEPRECATED', [2026, 10, 31]],
  ['python311', 'Python 3.11', 'GA', [2027, 4, 30]],
  ['python312', 'Python 3.12', 'GA', [2028, 4, 30]],
  ['python313', 'Python 3.13', 'GA', [2029, 4, 30]],
  ['python314', 'Python 3.14', 'BETA'],
  ['go125', 'Go 1.25', 'GA'],
  ['java21', 'Java 21', 'GA'],
  ['dotnet8', '.NET 8', 'GA'],
  ['ruby34', 'Ruby 3.4', 'GA'],
  ['php84', 'PHP 8.4', 'GA'],
];

export const runtimes: readonly Json[] = rows.map(([name, displayName, stage, end]) => ({
  name,
  displayName,
  stage,
  environment: 'GEN_2',
  ...(end && { deprecationDate: { year: end[0], month: end[1], day: end[2] } }),
}));

export function mayDeploy(name: unknown): boolean {
  return runtimes.some((one) => one.name === name && one.stage !== 'DECOMMISSIONED');
}
