import { type ApiClient, createApiClient } from '../../shared/api/client.ts';
import { socketSetting } from '../../shared/process/settings.ts';
import type { BotIo } from './io.ts';
import { serviceEnvironment } from './service-environment.ts';

/** Longer than any answer takes that does not wait for Telegram, in milliseconds. */
const TIMEOUT_MS = 30_000;

/** Opens a client of the running service for `work`, and closes it. */
export async function withService<T>(io: BotIo, work: (client: ApiClient) => Promise<T>): Promise<T> {
  const client = createApiClient({
    socketPath: socketSetting(serviceEnvironment(io.environment)),
    timeoutMs: TIMEOUT_MS,
  });
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}
