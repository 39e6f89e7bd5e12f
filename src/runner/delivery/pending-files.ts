/**
 * Notifications on their way to the bot, one file each: `pending/<id>.json`. Used by this folder alone.
 *
 * Promises: on disk and synced before anything is posted; it stays until the bot has accepted it, has refused it for
 * good, or a day has passed.
 */
import { constants, readdirSync, rmSync, statSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from '../../shared/files/durable.ts';
import { makeDirs } from '../../shared/files/make-dirs.ts';
import { readRegularSync } from '../../shared/files/regular-file.ts';
import { storageProblem } from '../../shared/files/storage-problem.ts';
import type { NotificationFile } from '../notification.ts';
import type { OutgoingNotification } from './bot-requests.ts';
import { pendingFolderOf } from './pending-folder.ts';

export interface Pending extends OutgoingNotification {
  /** The cooldown that the send starts; `undefined` for a message that has none. */
  readonly cooldown?: {
    readonly stateName: string;
    readonly key?: string;
    /** Where it counts from, Unix time in ms; `createdAt` where it is missing. */
    readonly moment?: number;
  };
  /** Unix time in ms. */
  readonly createdAt: number;
}

function isPending(value: unknown): value is Pending {
  if (typeof value !== 'object' || value === null) return false;
  const { id, source, createdAt, content }: Record<string, unknown> = { ...value };
  return (
    typeof id === 'string' &&
    typeof source === 'string' &&
    typeof createdAt === 'number' &&
    typeof content === 'object' &&
    content !== null &&
    'attachments' in content &&
    Array.isArray(content.attachments)
  );
}

function read(path: string): Pending | undefined {
  try {
    const value: unknown = JSON.parse(readRegularSync(path, 'follow').toString('utf8'));
    return isPending(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const exists = (path: string) => statSync(path, { throwIfNoEntry: false }) !== undefined;
const fileOf = (stateDir: string, id: string) => join(pendingFolderOf(stateDir), `${id}.json`);
const copiesOf = (stateDir: string, id: string) => join(pendingFolderOf(stateDir), `${id}.files`);

/** The pending notifications, oldest first, and the paths of files that can't be understood. */
export function listPending(stateDir: string): {
  readonly pending: readonly Pending[];
  readonly unreadable: readonly string[];
} {
  const folder = pendingFolderOf(stateDir);
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch {
    return { pending: [], unreadable: [] };
  }
  const files = names.map((name) => ({ path: join(folder, name), value: read(join(folder, name)) }));
  return {
    pending: files.flatMap(({ value }) => value ?? []).sort((a, b) => a.createdAt - b.createdAt),
    // A file that disappeared since was delivered by another run.
    unreadable: files.filter(({ path, value }) => value === undefined && exists(path)).map(({ path }) => path),
  };
}

/** Whether a notification is still pending. */
export const isStillPending = (stateDir: string, id: string): boolean => exists(fileOf(stateDir, id));

/** Stores a notification. @throws Problem `storage` */
export async function writePending(stateDir: string, pending: Pending): Promise<void> {
  const path = fileOf(stateDir, pending.id);
  try {
    makeDirs(pendingFolderOf(stateDir), 0o700);
    await writeDurably(path, JSON.stringify(pending), 0o600);
  } catch (error) {
    throw storageProblem(path, error);
  }
}

/** Removes a notification and the copies of its files. @throws the system's error */
export function removePending(stateDir: string, id: string): void {
  rmSync(fileOf(stateDir, id), { force: true });
  rmSync(copiesOf(stateDir, id), { recursive: true, force: true });
}

async function copyInto(folder: string, attachment: NotificationFile, index: number): Promise<NotificationFile> {
  if (attachment.path.startsWith(folder)) return attachment;
  makeDirs(folder, 0o700);
  // Its own name may be too long with a number before it; the reader sees `name`.
  const path = join(folder, String(index));
  await copyFile(attachment.path, path, constants.COPYFILE_FICLONE);
  return { ...attachment, path };
}

/**
 * Copies the files of a notification that has to wait, since the script's next run may overwrite its chart. Where the
 * disk can't hold the copies, the notification keeps pointing to the originals.
 *
 * @param sendable those of its attachments that the bot can take; the others are not copied
 */
export async function keepFiles(
  stateDir: string,
  pending: Pending,
  sendable: readonly NotificationFile[],
): Promise<void> {
  if (sendable.length === 0 || !isStillPending(stateDir, pending.id)) return;
  const folder = copiesOf(stateDir, pending.id);
  try {
    const attachments: NotificationFile[] = [];
    for (const [index, attachment] of pending.content.attachments.entries()) {
      attachments.push(sendable.includes(attachment) ? await copyInto(folder, attachment, index) : attachment);
    }
    await writePending(stateDir, { ...pending, content: { ...pending.content, attachments } });
  } catch {
    rmSync(folder, { recursive: true, force: true });
  }
}
