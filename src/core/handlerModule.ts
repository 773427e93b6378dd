/** Splits a handler such as `src/index.handler` into its module and the member that is called; both may be empty. */
export function handlerModule(handler: string): { readonly module: string; readonly member: string } {
  const dot = handler.lastIndexOf('.');
  return dot < 0 ? { module: '', member: handler } : { module: handler.slice(0, dot), member: handler.slice(dot + 1) };
}
