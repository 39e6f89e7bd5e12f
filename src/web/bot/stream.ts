/** Streamed answers of the bot: pictures and the event stream. */
import { type IncomingMessage, request as startRequest } from 'node:http';
import { Problem } from '../../core/problem.ts';
import { explainConnection, type SocketAddress } from '../../shared/http/socket-client.ts';

export interface StreamOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Aborts the request when the reader has disconnected. */
  readonly signal?: AbortSignal;
}

/**
 * Opens a streamed answer, and aborts it after `timeoutMs` without data.
 *
 * @throws Problem like the socket client; `connection_lost` if it was aborted before the answer
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
    // Not `once`: a connection may emit several errors.
    request.on('error', (error) => {
      if (signal?.aborted) reject(new Problem('connection_lost', 'The reader has disconnected.'));
      else reject(explainConnection(error, place));
    });
    request.end();
  });
}
