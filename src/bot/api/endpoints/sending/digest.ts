import { createHash } from 'node:crypto';
import type { Notification } from '../../../../core/notification.ts';

/** JSON with the keys in order, so that the same content always reads the same. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const pairs = Object.entries(value)
    .filter(([, held]) => held !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, held]) => `${JSON.stringify(key)}:${canonical(held)}`);
  return `{${pairs.join()}}`;
}

/**
 * A digest over every field and every file's name and content, but not its path in the staging folder. Two requests with
 * the same id and digest are the same request.
 *
 * @param contents the SHA-256 of each of `notification.media`, in order
 * @param asked what the request says, of which the notification has only what it means now: its destinations and its time
 */
export function digestOf(
  notification: Notification,
  contents: readonly string[],
  asked: { readonly to?: readonly string[] | undefined; readonly at?: string | undefined },
): string {
  const { account, sendAt: _, ...fields } = notification;
  const media = notification.media.map(({ name, size, as }, index) => ({ name, size, as, sha256: contents[index] }));
  return createHash('sha256')
    .update(canonical({ ...fields, user: account.user, media, ...asked }))
    .digest('hex');
}
