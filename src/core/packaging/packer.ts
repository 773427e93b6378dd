import { hash as digest } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import { deflate } from './deflate';
import { findLeak } from './leaks';
import { hashBytes, type PieceArrays, PieceWriter } from './pieces';
import { readContentSync } from './read';
import { codeOf } from './systemCode';
import type { Task } from './task';

const noHash = new Uint8Array(hashBytes);

/** Reads, looks through and deflates files, one after the other. */
export function packTasks(tasks: readonly Task[]): PieceArrays {
  const writer = new PieceWriter();
  for (const task of tasks) if (!isPacked(task, writer)) writer.add(task.path, { size: 0, isSource: false, executable: false }, noHash);
  return writer.finish();
}

/** What cannot be packed is looked at where its trouble can be told: the thread that asked tries it again. */
function isPacked(task: Task, writer: PieceWriter): boolean {
  try {
    return pack(task, writer);
  } catch (error) {
    if (codeOf(error) !== undefined) return false;
    throw error;
  }
}

function pack({ path, file, executable, isSource, known }: Task, writer: PieceWriter): boolean {
  const content = readContentSync(file);
  const hash = digest('sha256', content, 'buffer');
  const isKnown = known !== undefined && hash.toString('hex') === known;
  if (!isKnown && isSource && findLeak(content)) return false;
  writer.add(path, { size: content.length, isSource, executable }, hash, isKnown ? undefined : deflate(content));
  return true;
}

parentPort?.on('message', (tasks: readonly Task[]) => {
  const answer = packTasks(tasks);
  parentPort?.postMessage(answer, [answer.numbers.buffer, answer.hashes.buffer, answer.locals.buffer, answer.records.buffer]);
});
