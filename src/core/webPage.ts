const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Whether an address that came from elsewhere may be opened in a browser: a page of the web, or of this machine. */
export function isWebPage(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, username, password } = new URL(address);
  if (username || password) return false;
  return protocol === 'https:' || (protocol === 'http:' && loopback.has(hostname));
}
