/** Name of the role that is made for a function. */
export function roleName(functionName: string): string {
  return `function-deck-${functionName}`.slice(0, 64);
}
