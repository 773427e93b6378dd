export function hasDesktop(): boolean;
export function findDesktop(version: string): Promise<string | undefined>;
