import type { IncomingMessage, Server } from 'node:http';

/** Ends connections on which nothing is ever said: the server's own limits begin with the first byte. */
export function dropSilent(server: Server, afterMs = 10_000): void {
  const speak = (request: IncomingMessage) => void request.socket.setTimeout(0);
  server.on('connection', (socket) => socket.setTimeout(afterMs)).on('request', speak).on('checkContinue', speak);
}
