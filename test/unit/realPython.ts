import { execFileSync } from 'node:child_process';
import { findProgram } from '../../src/core/findProgram';

let found: Promise<string | undefined> | undefined;

/** The machine's Python itself: a version manager's stand-in takes longer to start than most of what is tested. */
export function realPython(): Promise<string | undefined> {
  return (found ??= findProgram(['python3', 'python']).then((file) => file && execFileSync(file, ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim()));
}
