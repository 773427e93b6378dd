const allowed = /^[A-Za-z0-9_-]{1,64}$/;

// Windows opens a device for such a name, whatever the ending.
const device = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])$/i;

/** Why a text cannot be the name of a new function and its folder, with the cure; `undefined` when it can. */
export function nameProblem(name: string): string | undefined {
  if (name === '') return 'Give the function a name.';
  if (name.length > 64) return `A name has at most 64 characters; this one has ${name.length}.`;
  if (!allowed.test(name)) return 'A name is made of letters (A to Z), digits, hyphens and underscores, for example "hello-world".';
  if (device.test(name)) return `"${name}" is the name of a device on Windows; choose another.`;
  return undefined;
}

/** The first of `hello`, `hello-2`, `hello-3` … that is not taken. */
export function freeName(base: string, taken: ReadonlySet<string>): string {
  for (let count = 1; ; count++) {
    const name = count === 1 ? base : `${base}-${count}`;
    if (!taken.has(name.toLowerCase())) return name;
  }
}
