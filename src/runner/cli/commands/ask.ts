import { isCode } from '../../../core/codes.ts';
import { Problem } from '../../../core/problem.ts';
import { createSocketClient, type SocketAnswer, type SocketClient } from '../../../shared/http/socket-client.ts';
import { printable } from '../../text/failure-messages.ts';

const TIMEOUT_MS = 15_000;

/**
 * Does `work` with a connection to the bot, and closes it.
 *
 * @param service who else is at that socket
 */
export async function withBot<R>(
  socketPath: string,
  work: (client: SocketClient) => Promise<R>,
  service?: string,
): Promise<R> {
  const client = createSocketClient({ socketPath, timeoutMs: TIMEOUT_MS, ...(service !== undefined && { service }) });
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

type Fields = Readonly<Record<string, unknown>>;

/** The fields of a good answer. @throws Problem with the bot's own sentence, or `bad_answer` */
export function good({ status, body }: SocketAnswer): Fields {
  const fields: Fields = typeof body === 'object' && body !== null ? { ...body } : {};
  if (status >= 200 && status < 300) return fields;
  const { error, code } = fields;
  throw new Problem(
    isCode(code) ? code : typeof code === 'string' ? 'unknown_error' : 'bad_answer',
    typeof error === 'string' ? printable(error) : `The bot answered with status ${status}.`,
  );
}
