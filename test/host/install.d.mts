/** Installs npm packages into a folder of the cache, once. Answers the folder. */
export function install(name: string, packages: readonly string[]): Promise<string>;
