import type { ServerResponse } from 'node:http';
import type { SandboxEvents } from '../event-stream.ts';
import type { SandboxMessage } from '../model.ts';
import { type SandboxState, shownCommands } from '../state/state.ts';

/** Messages sent to a newly opened page. */
const SHOWN = 1000;
/** Milliseconds between heartbeats. */
const HEARTBEAT_MS = 15_000;
/** Unread bytes after which a page is disconnected and has to reconnect. */
const LAG_LIMIT = 4 * 1024 * 1024;

/** A message without its earlier versions, which the page does not show. */
function shown(message: SandboxMessage): object {
  return { ...message, edits: message.edits.length };
}

/**
 * Keeps a page up to date: sends the current state, then each event.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export function openStream(
  state: SandboxState,
  events: SandboxEvents,
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
    bot: state.bot,
    commands: shownCommands(state),
    chats: state.chats.all(),
    topics: state.topics.all(),
    messages: state.log
      .all()
      .filter(({ deleted }) => !deleted)
      .slice(-SHOWN)
      .map(shown),
  });
  const off = events.on((event) => send('message' in event ? { ...event, message: shown(event.message) } : event));
  const heartbeat = setInterval(() => response.write(': here\n\n'), HEARTBEAT_MS);
  response.on('close', () => {
    clearInterval(heartbeat);
    off();
  });
}
