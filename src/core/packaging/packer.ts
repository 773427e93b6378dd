import { createHash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import { deflate } from './deflate';
import { findLeak } from './leaks';
import { readStampedSync } from './read';
import { Runs } from './runs';
import { codeOf } from './systemCode';
import { type Answer, perTask, type Task } from './task';

interface Done {
  readonly numbers: readonly number[];
  readonly hash: Uint8Array;
  readonly data: Uint8Array;
}

const undone: Done = { numbers: [NaN, NaN, NaN, 0, 0, 0], hash: new Uint8Array(perTask.hashBytes), data: new Uint8Array() };

/** Reads, looks through and deflates files, one after the other. */
export function packTasks(tasks: readonly Task[]): Answer {
  const numbers: number[] = [];
  const [hashes, data] = [new Runs(), new Runs()];
  for (const task of tasks) {
    const done = packTask(task);
    numbers.push(...done.numbers);
    hashes.add(done.hash);
    data.add(done.data);
  }
  return { numbers: new Float64Array(numbers), hashes: hashes.bytes(), data: data.bytes() };
}

function packTask(task: Task): Done {
  try {
    return pack(task);
  } catch (error) {
    // The thread that asked tries it again, and has the words for it.
    if (codeOf(error) !== undefined) return undone;
    throw error;
  }
}

function pack({ file, isSource, known }: Task): Done {
  const { content, stamp } = readStampedSync(file);
  const hash = createHash('sha256').update(content).digest();
  const found = [stamp.mtimeMs, stamp.ctimeMs, stamp.ino, content.length];
  if (known !== undefined && hash.toString('hex') === known) return { numbers: [...found, 0, 0], hash, data: undone.data };
  if (isSource && findLeak(content)) return undone;
  const { data, crc } = deflate(content);
  return { numbers: [...found, crc, data.length], hash, data };
}

parentPort?.on('message', (tasks: readonly Task[]) => {
  const answer = packTasks(tasks);
  parentPort?.postMessage(answer, [answer.numbers.buffer, answer.hashes.buffer, answer.data.buffer]);
});
