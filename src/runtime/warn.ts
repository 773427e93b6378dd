const limitBytes = 8 * 1024 * 1024;
let written = 0;

/** Writes a line for whoever looks after this runtime. Its log is a file that nobody shortens, so there is an end to it. */
export function warn(line: string): void {
  if (written > limitBytes) return;
  const text = `${new Date().toISOString()} ${line}\n`;
  written += text.length;
  process.stderr.write(written > limitBytes ? `${text}No more is written until the next start.\n` : text);
}
