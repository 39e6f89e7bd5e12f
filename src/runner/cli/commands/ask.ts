import { type ApiClient, createApiClient } from '../../../shared/api/client.ts';

const TIMEOUT_MS = 15_000;

/** Does `work` with a connection to the bot, and closes it. */
export async function withBot<R>(socketPath: string, work: (client: ApiClient) => Promise<R>): Promise<R> {
  const client = createApiClient({ socketPath, timeoutMs: TIMEOUT_MS });
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}
