const reference = /\$\{secret:([A-Za-z0-9_.-]+)\}/g;

/** Names of the secrets that environment values refer to as `${secret:NAME}`. */
export function secretNames(environment: Readonly<Record<string, string>> = {}): readonly string[] {
  const found = Object.values(environment).flatMap((value) => [...value.matchAll(reference)].map(([, name]) => name ?? ''));
  return [...new Set(found)];
}

/** Environment values with every reference replaced; a name without a secret stays as it is. */
export function fillSecrets(environment: Readonly<Record<string, string>>, secrets: ReadonlyMap<string, string>): Record<string, string> {
  const fill = (value: string): string => value.replace(reference, (whole, name: string) => secrets.get(name) ?? whole);
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, fill(value)]));
}
