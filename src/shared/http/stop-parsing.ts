import type { Socket } from 'node:net';

/**
 * Closes a connection and ignores the rest of the packet that is being parsed: Node would make a request, an answer and an
 * error of each of the hundreds that fit into it. Node has no public way to stop its parser; where the parser has no such
 * callback, the rest only costs more.
 */
export function stopParsing(socket: Socket): void {
  socket.destroy();
  const parser: unknown = Reflect.get(socket, 'parser');
  if (typeof parser !== 'object' || parser === null || typeof Reflect.get(parser, 'onIncoming') !== 'function') return;
  Reflect.set(parser, 'onIncoming', () => 0);
}
