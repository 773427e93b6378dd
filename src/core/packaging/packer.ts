import { createHash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import { deflate } from './deflate';
import { findLeak } from './leaks';
import { type PieceArrays, PieceWriter } from './pieces';
import { readStampedSync } from './read';
import { noStamp } from './stamp';
import { codeOf } from './systemCode';

/** A file that a thread is to pack. */
export interface Task {
  /** In the package. */
  readonly path: string;
  readonly file: string;
  readonly executable: boolean;
  /** Whether it may hold no secrets. */
  readonly isSource: boolean;
  /** SHA-256 of the content that is packed already. */
  readonly known?: string;
}

const noHash = new Uint8Array(32);

/**
 * Reads, looks through and packs files, one after the other. A file whose content is the known one has a row without bytes; one
 * that has to be looked at again where its trouble can be told has no stamp either.
 */
export function packTasks(tasks: readonly Task[]): PieceArrays {
  const writer = new PieceWriter();
  for (const task of tasks) {
    if (!isPacked(task, writer)) writer.add(task.path, { ...noStamp, size: 0, isSource: false, executable: false }, noHash);
  }
  return writer.finish();
}

function isPacked(task: Task, writer: PieceWriter): boolean {
  try {
    return pack(task, writer);
  } catch (error) {
    // The thread that asked tries it again, and has the words for it.
    if (codeOf(error) !== undefined) return false;
    throw error;
  }
}

function pack({ path, file, executable, isSource, known }: Task, writer: PieceWriter): boolean {
  const { content, stamp } = readStampedSync(file);
  const hash = createHash('sha256').update(content).digest();
  const isKnown = known !== undefined && hash.toString('hex') === known;
  if (!isKnown && isSource && findLeak(content)) return false;
  const facts = { ...stamp, size: content.length, isSource, executable };
  writer.add(path, facts, hash, isKnown ? undefined : deflate(content));
  return true;
}

parentPort?.on('message', (tasks: readonly Task[]) => {
  const answer = packTasks(tasks);
  const { numbers, hashes, locals, records } = answer;
  parentPort?.postMessage(answer, [numbers.buffer, hashes.buffer, locals.buffer, records.buffer]);
});
