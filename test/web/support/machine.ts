/** A program of another host, which posts alerts with a machine key. */
import { createSocketClient } from '../../../src/shared/http/socket-client.ts';
import type { RunningWeb } from './running-web.ts';

/** A key that was just made. */
export interface IssuedKey {
  readonly key: string;
  readonly secret?: string;
}

/** Makes a key as `notify-web keys add` does. */
export async function addKey(web: RunningWeb, fields: Readonly<Record<string, string>>): Promise<IssuedKey> {
  const { loginSocket: socketPath } = web.settings;
  const client = createSocketClient({ socketPath, timeoutMs: 60_000, service: 'notify-web' });
  const { status, body } = await client.request('POST', `/keys?${new URLSearchParams(fields)}`);
  await client.close();
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body as IssuedKey;
}

/** Posts JSON, or a body that is none. */
export function post(web: RunningWeb, path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  return fetch(`${web.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body:
      typeof body === 'string' || body instanceof Uint8Array
        ? (body as RequestInit['body'] & {})
        : JSON.stringify(body),
  });
}

export const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });

/** The alerts of a user, as the bot lists them. */
export async function alertsOf(web: RunningWeb, user: string) {
  const { body } = await web.bot.client.request('GET', `/alerts?user=${user}`);
  return (
    body as { alerts: readonly { labels: Record<string, string>; state: string; source: string; owner: string }[] }
  ).alerts;
}
