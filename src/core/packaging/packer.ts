import { createHash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import { deflate } from './deflate';
import { findLeak } from './leaks';
import { readStampedSync } from './read';
import type { Stamp } from './stamp';
import { codeOf } from './systemCode';

/** A file that a thread is to pack. */
export interface Task {
  readonly file: string;
  /** Whether it may hold no secrets. */
  readonly isSource: boolean;
  /** SHA-256 of the content whose deflated bytes are at hand. */
  readonly known?: string;
}

/** What a thread found out about a file. */
export interface Finding {
  readonly stamp: Stamp;
  readonly hash: string;
  readonly crc: number;
  readonly size: number;
  /** How many of the answer's bytes are its own; `undefined` when the content is the known one. */
  readonly length?: number;
}

export interface Answer {
  /** `undefined` for a file that has to be looked at again where its trouble can be told. */
  readonly findings: readonly (Finding | undefined)[];
  readonly data: Uint8Array<ArrayBuffer>;
}

/** Reads, looks through and deflates files, one after the other. */
export function packTasks(tasks: readonly Task[]): Answer {
  const parts: Uint8Array[] = [];
  const findings = tasks.map((task) => packTask(task, parts));
  const data = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    data.set(part, at);
    at += part.length;
  }
  return { findings, data };
}

function packTask(task: Task, parts: Uint8Array[]): Finding | undefined {
  try {
    return pack(task, parts);
  } catch (error) {
    // The thread that asked tries it again, and has the words for it.
    if (codeOf(error) !== undefined) return undefined;
    throw error;
  }
}

function pack({ file, isSource, known }: Task, parts: Uint8Array[]): Finding | undefined {
  const { content, stamp } = readStampedSync(file);
  const hash = createHash('sha256').update(content).digest('hex');
  if (hash === known) return { stamp, hash, crc: 0, size: content.length };
  if (isSource && findLeak(content)) return undefined;
  const { data, crc, size } = deflate(content);
  parts.push(data);
  return { stamp, hash, crc, size, length: data.length };
}

parentPort?.on('message', (tasks: readonly Task[]) => {
  const answer = packTasks(tasks);
  parentPort?.postMessage(answer, [answer.data.buffer]);
});
