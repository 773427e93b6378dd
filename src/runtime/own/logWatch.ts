import type { OwnCall, OwnReply } from './index';

/** A flood says so no more often than this, and the first line of it at once. */
const restMs = 40;

/** Answers with a line now, and another whenever a function's log has grown, for as long as somebody listens. */
export function watchLog({ names: [name = ''], world, response }: OwnCall): OwnReply | undefined {
  const group = world.functions.get(name)?.latest.logGroup;
  if (group === undefined) return { status: 404, body: { message: `There is no function ${name}.` } };
  if (response.destroyed) return undefined;
  let resting: NodeJS.Timeout | undefined;
  let hasGrown = false;
  const tell = (): void => {
    hasGrown = resting !== undefined;
    if (hasGrown) return;
    // Whoever does not read what was said needs no more of it.
    if (!response.writableNeedDrain) response.write('{}\n');
    resting = setTimeout(rested, restMs);
  };
  const rested = (): void => {
    resting = undefined;
    if (hasGrown) tell();
  };
  const stop = world.logs.hub.listen(group, tell);
  response.on('close', () => {
    stop();
    clearTimeout(resting);
  });
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  // What was written before this is not missed.
  tell();
  return undefined;
}
