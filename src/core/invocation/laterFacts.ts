import type { FunctionError, InvokeResult, LaterFacts } from '../provider';

/** A result with what became known of it afterwards; a failure that the log alone tells of makes it one that failed. */
export function joinFacts(result: InvokeResult, { error, ...facts }: LaterFacts): InvokeResult {
  const known = Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
  const joined: InvokeResult = { ...result, ...known, later: undefined };
  if (!error) return joined;
  if (joined.ok) return { ...joined, ok: false, error: { ...error, payload: joined.payload } };
  return { ...joined, error: better(joined.error, error) };
}

/** What came with the answer stays where the log says nothing. */
function better(told: FunctionError, { type, message, stack }: Omit<FunctionError, 'payload'>): FunctionError {
  return { type: type || told.type, message: message || told.message, stack: stack.length > 0 ? stack : told.stack, payload: told.payload };
}
