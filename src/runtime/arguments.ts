import { parseArgs } from 'node:util';

export interface Arguments {
  readonly data: string;
  readonly port: number;
  readonly token?: string;
  readonly leased: boolean;
  /** Whether processes are started before they are needed. */
  readonly spares: boolean;
  /** Whether functions are told how to call this runtime. */
  readonly endpoints: boolean;
  /** The file that its errors are written to; it becomes the log of the data folder. */
  readonly log?: string;
  readonly node?: string;
  readonly python?: string;
}

export const usage = 'Usage: runtime.js --data DIR [--port N] [--token T] [--leased] [--no-spares] [--endpoints] [--log FILE] [--node PATH] [--python PATH]';

/** Throws an error whose message says what is wrong with the command line. */
export function parseArguments(args: readonly string[]): Arguments {
  const text = { type: 'string' } as const;
  const options = { data: text, port: text, token: text, leased: { type: 'boolean' }, 'no-spares': { type: 'boolean' }, endpoints: { type: 'boolean' }, log: text, node: text, python: text } as const;
  const { values } = parseArgs({ args: [...args], options, strict: true });
  const port = Number(values.port ?? 0);
  if (!values.data) throw new Error('--data DIR is missing: the folder that functions and logs are kept in.');
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`--port ${values.port} is not a port.`);
  if (values.token !== undefined && !/^[\w+=.@-]{16,128}$/.test(values.token)) throw new Error('--token must have 16 to 128 letters, digits or any of + = . @ _ -');
  return { data: values.data, port, token: values.token, leased: values.leased ?? false, spares: !values['no-spares'], endpoints: values.endpoints ?? false, log: values.log, node: values.node, python: values.python };
}
