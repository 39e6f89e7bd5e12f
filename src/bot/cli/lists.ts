import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf, Problem } from '../../core/problem.ts';
import { reasonOf } from '../../shared/files/storage-problem.ts';
import { shortDuration } from '../../shared/text/duration.ts';
import { cell, table } from '../../shared/text/table.ts';
import { createSpool } from '../../storage/files/deliveries/spool.ts';
import { createEntryStore } from '../../storage/files/entries.ts';
import { readLink } from '../../storage/files/links/link.ts';
import type { Listing } from '../../storage/ports.ts';
import { deliveryRecord, linkRecord } from '../queries/admin-views.ts';
import { dataDirFrom } from '../settings.ts';
import { type BotIo, DONE } from './io.ts';
import { serviceEnvironment } from './service-environment.ts';

/** What the listing commands are asked for. */
export interface ListOptions {
  /** Print JSON for a program. */
  readonly json?: boolean;
}

function print(io: BotIo, json: boolean | undefined, value: unknown, text: () => string): number {
  io.out(json ? `${JSON.stringify(value, null, 2)}\n` : text());
  return DONE;
}

/** The service's data folder. An empty list would be untrue of one that isn't there, or isn't ours to read. */
async function readableDataDir(io: BotIo): Promise<string> {
  const dataDir = dataDirFrom(serviceEnvironment(io.environment));
  try {
    await access(dataDir, constants.R_OK | constants.X_OK);
    return dataDir;
  } catch (error) {
    const todo =
      errnoOf(error) === 'ENOENT'
        ? 'the service makes it at its first start'
        : 'run this as root or as the service’s user';
    const why = errnoOf(error) === 'ENOENT' ? 'does not exist' : `can't be read, ${reasonOf(error)}`;
    throw new Problem('data_dir', `NOTIFY_DATA_DIR: ${dataDir} ${why}: ${todo}.`, { cause: error });
  }
}

/** `notify-bot links`: who is linked to which chat. Reads the file, so it works while the service is stopped. */
export async function listLinks(io: BotIo, { json }: ListOptions): Promise<number> {
  const dataDir = await readableDataDir(io);
  const entries = await createEntryStore(join(dataDir, 'telegram_users.json'), 'links_unreadable').read();
  const links = [...entries].flatMap(([user, entry]) => readLink(user, entry) ?? []);
  const rows = links.map(({ user, chat, chatId, linkedAt, unreachable }) => [
    cell(user),
    String(chatId),
    cell(`${chat.name} (${chat.type})`),
    linkedAt?.slice(0, 16).replace('T', ' ') ?? '',
    unreachable === undefined ? '' : cell(unreachable.reason),
  ]);
  const records = links.map(linkRecord);
  const heading = ['USER', 'CHAT', 'NAME', 'LINKED (UTC)', 'TROUBLE'];
  return print(io, json, records, () => (rows.length === 0 ? 'Nobody is linked yet.\n' : table([heading, ...rows])));
}

async function listDeliveries(
  io: BotIo,
  { json }: ListOptions,
  read: (dataDir: string) => Promise<Listing<unknown>>,
  none: string,
): Promise<number> {
  const { deliveries, unreadable } = await read(await readableDataDir(io));
  const rows = deliveries.map((d) => [
    d.delivery,
    cell(d.user),
    shortDuration(Math.max(0, Date.now() - Date.parse(d.acceptedAt))),
    cell(d.summary.title ?? d.summary.text, 40),
    cell(d.lastError ?? '', 70),
  ]);
  for (const name of unreadable) io.err(`notify-bot: ${name}.json can't be read.\n`);
  const heading = ['DELIVERY', 'USER', 'AGE', 'MESSAGE', 'ERROR'];
  return print(io, json, deliveries.map(deliveryRecord), () => (rows.length === 0 ? none : table([heading, ...rows])));
}

/** `notify-bot queue`: what waits in the outbox, oldest first. */
export function listQueue(io: BotIo, options: ListOptions): Promise<number> {
  return listDeliveries(io, options, (dataDir) => createSpool(dataDir).waiting(), 'Nothing waits to be sent.\n');
}

/** `notify-bot failed`: what was given up in the last seven days. */
export function listFailed(io: BotIo, options: ListOptions): Promise<number> {
  return listDeliveries(
    io,
    options,
    (dataDir) => createSpool(dataDir).failed(),
    'Nothing failed in the last 7 days.\n',
  );
}
