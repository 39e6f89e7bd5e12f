/** What the bot answers in pieces: pictures, and the stream of events. */
import { type IncomingMessage, request as startRequest } from 'node:http';
import { Problem } from '../../core/problem.ts';
import { explainConnection, type SocketAddress } from '../../shared/http/socket-client.ts';

export interface StreamOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Whoever wanted it has left; what was begun is broken off. */
  readonly signal?: AbortSignal;
}

/**
 * Opens it, and breaks it off when nothing comes for longer than `timeoutMs`.
 *
 * @throws Problem as the socket's client does; `connection_lost` when it was broken off before there was an answer
 */
export function openStream(place: SocketAddress, path: string, options: StreamOptions = {}): Promise<IncomingMessage> {
  const { socketPath, timeoutMs } = place;
  const { headers = {}, signal } = options;
  return new Promise((resolve, reject) => {
    const request = startRequest({
      socketPath,
      path,
      headers: { host: 'notify-bot', ...headers },
      timeout: timeoutMs,
      ...(signal && { signal }),
    });
    request.once('response', resolve);
    request.once('timeout', () => request.destroy(Object.assign(new Error('silence'), { code: 'ETIMEDOUT' })));
    // It stays: a connection may break more than once.
    request.on('error', (error) => {
      if (signal?.aborted) reject(new Problem('connection_lost', 'Nobody waits for the answer any more.'));
      else reject(explainConnection(error, place));
    });
    request.end();
  });
}
