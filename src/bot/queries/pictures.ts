/** The pictures of messages: from the disk while they wait or failed, from Telegram once they were sent. */

import { once } from 'node:events';
import { Readable } from 'node:stream';
import type { Account } from '../../core/account.ts';
import type { Delivery } from '../../core/delivery/delivery.ts';
import type { HistoryRecord } from '../../core/delivery/history-record.ts';
import { Problem } from '../../core/problem.ts';
import { isGivenUp } from '../../core/receipt.ts';
import { inScope } from '../../core/scope.ts';
import type { Queued } from '../../queue/waiting/waiting-list.ts';
import { MAX_DESTINATIONS } from '../../shared/api/limits.ts';
import { HEAD_BYTES, pictureType } from '../../shared/files/picture-type.ts';
import type { Deliveries, History } from '../../storage/ports.ts';
import type { Picture } from '../api/services.ts';
import type { Download } from '../telegram/download.ts';
import { HISTORY_KEPT_MS } from './messages.ts';

/** The stores in which pictures are looked up. */
export interface PictureSources {
  readonly history: Pick<History, 'find'>;
  readonly queued: (user: string) => readonly Queued[];
  readonly deliveries: Pick<Deliveries<unknown>, 'get' | 'openFile'>;
  readonly download: Download;
  readonly now: () => number;
}

/** Names a picture. `hold` is called with its size in bytes before it is read into memory. */
export interface PictureQuestion {
  readonly owner: Account;
  /** The id of the message. */
  readonly id: string;
  /** Its place in the message, from 0. */
  readonly place: number;
  readonly hold: (bytes: number) => void;
}

const none = () => new Problem('no_picture', 'There is no such picture, or it is not kept any more.');

/** Reads the first bytes of a stream without removing them. */
async function headOf(stream: Readable): Promise<Buffer> {
  await Promise.race([once(stream, 'readable'), once(stream, 'end')]);
  const head: Buffer | null = stream.read(HEAD_BYTES) ?? stream.read();
  if (head === null) return Buffer.alloc(0);
  stream.unshift(head);
  return head;
}

async function fromStore(
  { deliveries }: PictureSources,
  delivery: string,
  place: number,
): Promise<Picture | undefined> {
  const opened = await deliveries.openFile(delivery, place).catch(() => undefined);
  if (opened === undefined) return undefined;
  const { stream } = opened;
  const type = await headOf(stream).then(pictureType, () => undefined);
  if (type !== undefined) return { type, bytes: stream };
  stream.destroy();
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

async function waitingOne({ queued, deliveries }: PictureSources, { owner, id }: PictureQuestion) {
  for (const { delivery, id: own } of queued(owner.user)) {
    if (own !== id) continue;
    const found: Delivery<unknown> | undefined = await deliveries.get(delivery).catch(() => undefined);
    if (found !== undefined && inScope(owner, found)) return found;
  }
  return undefined;
}

/** The deliveries of a message, of which one may have been muted where another was sent. */
async function* finishedOnes({ history, now }: PictureSources, { owner, id }: PictureQuestion) {
  let looked = 0;
  for await (const { record } of history.find({ scope: owner, id }, now() - HISTORY_KEPT_MS)) {
    yield record;
    looked += 1;
    if (looked >= MAX_DESTINATIONS) return;
  }
}

async function ofFinished(
  sources: PictureSources,
  question: PictureQuestion,
  { status, delivery, fileIds }: HistoryRecord,
): Promise<Picture | undefined> {
  const { place } = question;
  const kept = isGivenUp(status) ? await fromStore(sources, delivery, place) : undefined;
  return kept ?? fromTelegram(sources, question, fileIds?.[place]);
}

/**
 * Finds a picture of a message.
 *
 * @throws Problem `no_picture`, `telegram_unreachable`; what `hold` throws
 */
export async function findPicture(sources: PictureSources, question: PictureQuestion): Promise<Picture> {
  const { place } = question;
  const waiting = await waitingOne(sources, question);
  if (waiting !== undefined && place < (waiting.summary.pictures ?? 0)) {
    const picture = await fromStore(sources, waiting.delivery, place);
    if (picture !== undefined) return picture;
  }
  // A message that was delivered since it was looked up is in the history by now.
  for await (const record of finishedOnes(sources, question)) {
    const picture = place < (record.pictures ?? 0) ? await ofFinished(sources, question, record) : undefined;
    if (picture !== undefined) return picture;
  }
  throw none();
}
