/** Google's name of a runtime in the contract's words: `python313` is `python3.13`, `nodejs22` is `nodejs22.x`; others stay as they are. */
export function fromGoogle(name: string): string {
  return name.replace(/^python(\d)(\d+)$/, 'python$1.$2').replace(/^nodejs(\d+)$/, 'nodejs$1.x');
}

/** The other way round; a name that is Google's already stays as it is. */
export function toGoogle(name: string): string {
  return name.replace(/^python(\d)\.(\d+)$/, 'python$1$2').replace(/^nodejs(\d+)\.x$/, 'nodejs$1');
}
