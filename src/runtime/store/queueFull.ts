import { formatBytes } from '../../core/bytes';
import type { DiskRoom } from './diskRoom';

const mostMessages = 100_000;

/** No more can be sent for now: the message says why, and what to do. */
export class QueueFull extends Error {
  override readonly name = 'QueueFull';
}

/** Throws `QueueFull` unless a queue with so many messages may have another; `room` is that of all queues together. */
export function requireRoom(messages: number, room: DiskRoom, bytes: number): void {
  if (messages >= mostMessages) throw new QueueFull(`A local queue holds ${mostMessages} messages at most: receive or purge some.`);
  if (!room.has(bytes)) throw new QueueFull(`All local queues together hold ${formatBytes(room.bytes)} at most: receive or purge some messages.`);
}
