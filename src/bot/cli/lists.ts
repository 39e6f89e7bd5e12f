import { linkName } from '../../core/destination.ts';
import { shortDuration } from '../../shared/text/duration.ts';
import { cell, table } from '../../shared/text/table.ts';
import type { Deliveries, Listing } from '../../storage/ports.ts';
import { deliveryRecord, linkRecord } from '../queries/admin-views.ts';
import { type BotIo, DONE } from './io.ts';
import { openServiceStorage } from './service-storage.ts';

/** Options of the listing commands. */
export interface ListOptions {
  /** Print JSON for a program. */
  readonly json?: boolean;
}

function print(io: BotIo, json: boolean | undefined, value: unknown, text: () => string): number {
  io.out(json ? `${JSON.stringify(value, null, 2)}\n` : text());
  return DONE;
}

/** `notify-bot links`: who is linked to which chat. It reads the storage itself, so it works while the service is stopped. */
export async function listLinks(io: BotIo, { json }: ListOptions): Promise<number> {
  const { inspection, links: stored } = openServiceStorage(io);
  // A storage that does not exist or cannot be read must not look like an empty one.
  await inspection.requireReadable();
  const links = await stored.all();
  const rows = links.map(({ user, chat, chatId, linkedAt, unreachable }) => [
    cell(user),
    String(chatId),
    cell(`${chat.name} (${chat.type}${chat.threadId === undefined ? '' : `, topic ${chat.threadId}`})`),
    cell(linkedAt?.slice(0, 16).replace('T', ' ') ?? ''),
    unreachable === undefined ? '' : cell(unreachable.reason),
  ]);
  const records = links.map(linkRecord);
  const heading = ['USER', 'CHAT', 'NAME', 'LINKED (UTC)', 'TROUBLE'];
  return print(io, json, records, () => (rows.length === 0 ? 'Nobody is linked yet.\n' : table([heading, ...rows])));
}

async function listDeliveries(
  io: BotIo,
  { json }: ListOptions,
  read: (stored: Deliveries<unknown>) => Promise<Listing>,
  none: string,
): Promise<number> {
  const storage = openServiceStorage(io);
  await storage.inspection.requireReadable();
  const { deliveries, unreadable } = await read(storage.deliveries);
  const rows = deliveries.map((d) => [
    d.delivery,
    cell(d.user),
    d.destination.name === linkName(d.user) ? '' : cell(d.destination.name),
    shortDuration(Math.max(0, Date.now() - Date.parse(d.acceptedAt))),
    cell(d.summary.title ?? d.summary.text, 40),
    cell(d.lastError ?? '', 70),
  ]);
  for (const name of unreadable) io.err(`notify-bot: ${name}.json can't be read.\n`);
  const heading = ['DELIVERY', 'USER', 'TO', 'AGE', 'MESSAGE', 'ERROR'];
  return print(io, json, deliveries.map(deliveryRecord), () => (rows.length === 0 ? none : table([heading, ...rows])));
}

/** `notify-bot queue`: lists the deliveries that wait, oldest first. */
export function listQueue(io: BotIo, options: ListOptions): Promise<number> {
  return listDeliveries(io, options, (stored) => stored.waiting(), 'Nothing waits to be sent.\n');
}

/** `notify-bot failed`: lists the deliveries that failed in the last seven days. */
export function listFailed(io: BotIo, options: ListOptions): Promise<number> {
  return listDeliveries(io, options, (stored) => stored.failed(), 'Nothing failed in the last 7 days.\n');
}
