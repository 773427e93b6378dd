/** A path with its query. */
export type Address = Pick<URL, 'pathname' | 'searchParams'>;

// Most calls have none.
const noQuery = new URLSearchParams();

/** Whether an address is made of what most are made of, so that there are no two readings of it. */
export function isSimple(url: string): boolean {
  return /^(?:\/[\w:-]+)+(?:\?[\w/:?=&-]*)?$/.test(url);
}

/** Reads the address of a request that has passed the guard. */
export function readAddress(url: string): Address {
  // As one text: a path that begins with two slashes would otherwise be read as a host.
  if (!isSimple(url)) return new URL(`http://127.0.0.1${url}`);
  const end = url.indexOf('?');
  return end < 0 ? { pathname: url, searchParams: noQuery } : { pathname: url.slice(0, end), searchParams: new URLSearchParams(url.slice(end)) };
}

/** Whether it is that of a call of a function. */
export function isInvocation(url: string): boolean {
  return /^\/2015-03-31\/functions\/[^/?]+\/invocations(?:\?|$)/.test(url);
}
