/** The pictures of messages: from the disk while they wait or failed, from Telegram once they were sent. */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { Account } from '../../core/account.ts';
import type { Delivery } from '../../core/delivery.ts';
import type { HistoryRecord } from '../../core/history-record.ts';
import { Problem } from '../../core/problem.ts';
import { inScope } from '../../core/scope.ts';
import type { Queued } from '../../queue/waiting-list.ts';
import type { History } from '../../storage/files/history/history.ts';
import type { Spool } from '../../storage/files/spool.ts';
import type { Picture } from '../api/services.ts';
import type { Download } from '../telegram/download.ts';
import { HISTORY_KEPT_MS } from './messages.ts';
import { HEAD_BYTES, pictureType } from './picture-type.ts';

/** Where pictures are looked for. */
export interface PictureSources {
  readonly history: Pick<History, 'find'>;
  readonly queued: (user: string) => readonly Queued[];
  readonly spool: Pick<Spool<unknown>, 'get' | 'pathOf' | 'failedPathOf'>;
  readonly download: Download;
  readonly now: () => number;
}

/** Which picture, and who is told how many bytes of it memory is to hold. */
export interface PictureQuestion {
  readonly owner: Account;
  /** The message's. */
  readonly id: string;
  /** From 0. */
  readonly place: number;
  readonly hold: (bytes: number) => void;
}

const none = () => new Problem('no_picture', 'There is no such picture, or it is not kept any more.');

async function headOf(handle: FileHandle): Promise<Buffer> {
  const buffer = Buffer.alloc(HEAD_BYTES);
  const { bytesRead } = await handle.read(buffer, 0, HEAD_BYTES, 0);
  return buffer.subarray(0, bytesRead);
}

async function fromDisk(path: string): Promise<Picture | undefined> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(() => undefined);
  if (handle === undefined) return undefined;
  const type = await headOf(handle)
    .then(pictureType)
    .catch(() => undefined);
  if (type !== undefined) return { type, bytes: handle.createReadStream({ start: 0 }) };
  await handle.close();
  return undefined;
}

async function fromTelegram(
  { download }: PictureSources,
  { hold }: PictureQuestion,
  fileId: string | null | undefined,
): Promise<Picture | undefined> {
  const bytes = typeof fileId === 'string' ? await download(fileId, hold) : undefined;
  if (bytes === undefined) return undefined;
  const type = pictureType(bytes);
  return type === undefined ? undefined : { type, bytes: Readable.from([bytes]) };
}

async function waitingOne({ queued, spool }: PictureSources, { owner, id }: PictureQuestion) {
  for (const { delivery, id: own } of queued(owner.user)) {
    const found: Delivery<unknown> | undefined =
      own === id ? await spool.get(delivery).catch(() => undefined) : undefined;
    if (found !== undefined && inScope(owner, { user: found.user, uid: found.uid })) return found;
  }
  return undefined;
}

async function finishedOne({ history, now }: PictureSources, { owner, id }: PictureQuestion) {
  const wanted = { whose: owner, about: `"id":${JSON.stringify(id)}` };
  for await (const { record } of history.find(wanted, now() - HISTORY_KEPT_MS)) {
    if (record.id === id) return record;
  }
  return undefined;
}

async function ofFinished(
  sources: PictureSources,
  question: PictureQuestion,
  { status, delivery, file_ids: ids }: HistoryRecord,
): Promise<Picture | undefined> {
  const { place } = question;
  const kept = status === 'failed' ? await fromDisk(sources.spool.failedPathOf(delivery, place)) : undefined;
  return kept ?? fromTelegram(sources, question, ids?.[place]);
}

/**
 * Finds a picture of a message.
 *
 * @throws Problem `no_picture`, `telegram_unreachable`; what `hold` throws
 */
export async function findPicture(sources: PictureSources, question: PictureQuestion): Promise<Picture> {
  const { place } = question;
  const waiting = await waitingOne(sources, question);
  const file = waiting?.files[place];
  if (waiting !== undefined && file !== undefined && place < (waiting.summary.pictures ?? 0)) {
    const picture = await fromDisk(sources.spool.pathOf(file));
    if (picture !== undefined) return picture;
  }
  // What was delivered between the two looks is in the history by now.
  const record = await finishedOne(sources, question);
  if (record === undefined || place >= (record.pictures ?? 0)) throw none();
  const picture = await ofFinished(sources, question, record);
  if (picture === undefined) throw none();
  return picture;
}
