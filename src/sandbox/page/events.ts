import type { ServerResponse } from 'node:http';
import type { SandboxEvents } from '../event-stream.ts';
import type { SandboxMessage } from '../model.ts';
import { type SandboxState, shownCommands } from '../state/state.ts';

/** Messages a newly opened page is shown. */
const SHOWN = 1000;
/** Milliseconds between signs of life. */
const HEARTBEAT_MS = 15_000;
/** Bytes a page may lag behind before it has to connect again. */
const LAG_LIMIT = 4 * 1024 * 1024;

/** A message without its history, which the page does not show. */
function shown(message: SandboxMessage): object {
  return { ...message, edits: message.edits.length };
}

/**
 * Keeps a page up to date: first everything as it stands, then each event as it happens.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export function openStream(
  world: SandboxState,
  watch: SandboxEvents,
  response: ServerResponse,
  headers: Readonly<Record<string, string>>,
): void {
  response.writeHead(200, { ...headers, 'content-type': 'text/event-stream' });
  const send = (data: object) => {
    if (response.writableLength > LAG_LIMIT) response.destroy();
    else response.write(`data: ${JSON.stringify(data)}\n\n`);
  };
  send({
    type: 'hello',
    bot: world.bot,
    commands: shownCommands(world),
    chats: world.chats.all(),
    messages: world.log
      .all()
      .filter(({ deleted }) => !deleted)
      .slice(-SHOWN)
      .map(shown),
  });
  const off = watch.on((event) => send('message' in event ? { ...event, message: shown(event.message) } : event));
  const heartbeat = setInterval(() => response.write(': here\n\n'), HEARTBEAT_MS);
  response.on('close', () => {
    clearInterval(heartbeat);
    off();
  });
}
