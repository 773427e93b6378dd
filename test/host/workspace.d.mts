export function copyWorkspace(): Promise<{ readonly folder: string; remove(): Promise<void> }>;
