/**
 * Notifications on their way to the bot, one file each: `pending/<id>.json`.
 *
 * Promises: on disk, synced, before anything is posted; there until the bot has answered for it, a day has passed, or
 * the bot refused it for good.
 */
import { constants, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { LinkButton, Severity } from '../../core/notification.ts';
import { errnoOf } from '../../core/problem.ts';
import { writeDurably } from '../../shared/files/durable.ts';
import { makeDirs } from '../../shared/files/make-dirs.ts';
import { reasonOf, storageProblem } from '../../shared/files/storage-problem.ts';

/** A file to send along. */
export interface Attachment {
  readonly as: 'photo' | 'document';
  /** Where its bytes are, an absolute path. */
  readonly path: string;
  /** What the reader sees. */
  readonly name: string;
}

/** What to say. */
export interface NotificationContent {
  readonly title?: string;
  readonly message?: string;
  readonly parse_mode?: 'none';
  readonly severity?: Severity;
  readonly silent?: boolean;
  readonly buttons?: readonly LinkButton[];
  readonly data?: Readonly<Record<string, unknown>>;
  readonly attachments: readonly Attachment[];
}

export interface Pending {
  /** The idempotency key: the bot sends it once. */
  readonly id: string;
  /** The script's file name, or what else it comes from. */
  readonly source: string;
  /** Whose cooldown is recorded once it was taken; `undefined` for a notice that has none. */
  readonly cooldown?: { readonly stateName: string; readonly key?: string };
  /** Unix time in ms. */
  readonly createdAt: number;
  readonly content: NotificationContent;
}

/** Larger ones the bot refuses anyway: 50 MB. */
const MAX_KEPT_BYTES = 50 * 1024 * 1024;

const folderOf = (stateDir: string) => join(stateDir, 'pending');

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
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isPending(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What waits, oldest first, and the paths of files that can't be understood. */
export function listPending(stateDir: string): {
  readonly pending: readonly Pending[];
  readonly unreadable: readonly string[];
} {
  const folder = folderOf(stateDir);
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch {
    return { pending: [], unreadable: [] };
  }
  const files = names.map((name) => ({ path: join(folder, name), value: read(join(folder, name)) }));
  return {
    pending: files.flatMap(({ value }) => value ?? []).sort((a, b) => a.createdAt - b.createdAt),
    // One that went away meanwhile was handed over by another run.
    unreadable: files.filter(({ path, value }) => value === undefined && exists(path)).map(({ path }) => path),
  };
}

const exists = (path: string) => statSync(path, { throwIfNoEntry: false }) !== undefined;

const DAY_MS = 24 * 3_600_000;

/** Damaged ones that were set aside. */
export function listCorrupt(stateDir: string): readonly string[] {
  try {
    return readdirSync(join(folderOf(stateDir), 'corrupt'));
  } catch {
    return [];
  }
}

function isOrphan(folder: string, name: string, now: number): boolean {
  const owner = /^(.*)\.files$/.exec(name)?.[1];
  const left = owner === undefined ? /\.tmp(?:\.|$)/.test(name) : !exists(join(folder, `${owner}.json`));
  return left && now - (statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? now) > DAY_MS;
}

function setAside(folder: string, path: string): string {
  const corrupt = join(folder, 'corrupt');
  try {
    // What can't be read at all isn't known to be damaged.
    readFileSync(path);
    makeDirs(corrupt, 0o700);
    const aside = join(corrupt, `${Date.now()}-${basename(path)}`);
    renameSync(path, aside);
    return `${path} can't be understood: it is kept as ${aside}, and not sent.`;
  } catch (error) {
    return `${path} can't be read: ${reasonOf(error)}.`;
  }
}

/**
 * Sets damaged notifications aside, in `pending/corrupt/`, and removes what killed runs left behind a day ago.
 *
 * @param unreadable as `listPending` has them
 * @returns what is to be said of it
 */
export function tidyPending(stateDir: string, unreadable: readonly string[], now: number): readonly string[] {
  const folder = folderOf(stateDir);
  try {
    for (const name of readdirSync(folder)) {
      if (isOrphan(folder, name, now)) rmSync(join(folder, name), { recursive: true, force: true });
    }
  } catch {
    // There is none, or it can't be changed: the next write says so.
  }
  return unreadable.map((path) => setAside(folder, path));
}

/** Stores a notification before it is posted. @throws Problem `storage` */
export async function writePending(stateDir: string, pending: Pending): Promise<void> {
  const path = join(folderOf(stateDir), `${pending.id}.json`);
  try {
    makeDirs(folderOf(stateDir), 0o700);
    await writeDurably(path, JSON.stringify(pending), 0o600);
  } catch (error) {
    throw storageProblem(path, error);
  }
}

/** Forgets a notification and the files kept for it. */
export function dropPending(stateDir: string, id: string): void {
  rmSync(join(folderOf(stateDir), `${id}.json`), { force: true });
  rmSync(join(folderOf(stateDir), `${id}.files`), { recursive: true, force: true });
}

/** Whether a notification still waits. */
export const stillPending = (stateDir: string, id: string): boolean => exists(join(folderOf(stateDir), `${id}.json`));

async function keepOne(folder: string, attachment: Attachment, index: number): Promise<Attachment> {
  const stats = statSync(attachment.path, { throwIfNoEntry: false });
  if (attachment.path.startsWith(folder) || stats?.isFile() !== true || stats.size > MAX_KEPT_BYTES) return attachment;
  makeDirs(folder, 0o700);
  const path = join(folder, `${index}-${basename(attachment.path)}`.slice(0, 200));
  await copyFile(attachment.path, path, constants.COPYFILE_FICLONE);
  return { ...attachment, path };
}

/**
 * Copies the files of a notification that has to wait: the script's next run may overwrite its chart.
 * What can't be copied stays where it is, and is looked for there.
 */
export async function keepFiles(stateDir: string, pending: Pending): Promise<void> {
  if (pending.content.attachments.length === 0 || !stillPending(stateDir, pending.id)) return;
  const folder = join(folderOf(stateDir), `${pending.id}.files`);
  try {
    const attachments: Attachment[] = [];
    for (const [index, attachment] of pending.content.attachments.entries()) {
      attachments.push(await keepOne(folder, attachment, index));
    }
    await writePending(stateDir, { ...pending, content: { ...pending.content, attachments } });
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    if (errnoOf(error) === undefined && !(error instanceof Error)) throw error;
  }
}
