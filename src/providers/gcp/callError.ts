import type { FunctionError } from '../../core/provider';

type LoggedError = Omit<FunctionError, 'payload'>;

const traceback = /^\s*Traceback \(most recent call last\):\s*$/;
/** `ValueError: no`, `requests.exceptions.Timeout: …`, `KeyboardInterrupt`. */
const pythonEnd = /^(?<type>[A-Za-z_][\w.]{0,200})(?:: (?<message>.*))?$/;
/** `TypeError: no`, `Uncaught TypeError: no`, `TypeError [ERR_X]: no`. */
const scriptStart = /^(?:Uncaught )?(?<type>[A-Z][\w$]{0,100}(?:Error|Exception)|Error)(?: \[[^\]]{0,100}\])?(?:: (?<message>.*))?$/;
const scriptFrame = /^\s+at /;

/** The last failure that a log's lines tell of, with its stack; `undefined` when they tell of none. */
export function findError(lines: readonly string[]): LoggedError | undefined {
  return fromTraceback(lines) ?? fromStack(lines);
}

function fromTraceback(lines: readonly string[]): LoggedError | undefined {
  const start = lines.findLastIndex((line) => traceback.test(line));
  if (start < 0) return undefined;
  // Frames are indented; the first line that is not tells what was thrown.
  const length = lines.slice(start + 1).findIndex((line) => /^\S/.test(line));
  const end = length < 0 ? lines.length - 1 : start + 1 + length;
  const { type = 'Error', message = '' } = pythonEnd.exec(lines[end] ?? '')?.groups ?? {};
  return { type: type.slice(type.lastIndexOf('.') + 1), message, stack: lines.slice(start, end + 1) };
}

function fromStack(lines: readonly string[]): LoggedError | undefined {
  const frame = lines.findLastIndex((line) => scriptFrame.test(line));
  if (frame < 0) return undefined;
  const first = lines.slice(0, frame).findLastIndex((line) => scriptStart.test(line));
  if (first < 0) return undefined;
  const { type = 'Error', message = '' } = scriptStart.exec(lines[first] ?? '')?.groups ?? {};
  const rest = lines.slice(first + 1, frame).filter((line) => !scriptFrame.test(line));
  // Anything but a message of several lines in between, and the frames are those of another failure.
  return { type, message: [message, ...rest].join('\n').trimEnd(), stack: lines.slice(first, frame + 1) };
}
