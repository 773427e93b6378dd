import { setImmediate as nextTurn } from 'node:timers/promises';

const longest = 256 * 1024;

/**
 * Hands out long text in pieces of whole lines where it can, with a turn of the event loop between them, so that a flood
 * leaves room for everything else. Ends early, without an error, when `isStopped` says so.
 */
export async function inChunks(text: string, append: (piece: string) => void, isStopped: () => boolean): Promise<void> {
  for (let start = 0; start < text.length && !isStopped(); ) {
    const end = chunkEnd(text, start);
    append(text.slice(start, end));
    start = end;
    await nextTurn();
  }
}

function chunkEnd(text: string, start: number): number {
  if (text.length - start <= longest) return text.length;
  const lineEnd = text.lastIndexOf('\n', start + longest);
  return lineEnd > start ? lineEnd + 1 : start + longest;
}
