/** All that a package can be made for: platforms as VS Code names them, and `universal`. */
export const targets: readonly string[];

/** What this machine takes. */
export function targetHere(): string;

/** Puts the one esbuild for a target into a folder of bundles, in place of any other. */
export function bringCompiler(target: string, dist: string): Promise<void>;
