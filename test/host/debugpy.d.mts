export function findDebugpy(): Promise<string | undefined>;
