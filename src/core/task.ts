/** What kind of message a task was made from; a text is plain `telegram`. */
export type TaskType =
  | 'telegram'
  | `telegram_${'voice' | 'audio' | 'photo' | 'document' | 'video' | 'location' | 'contact'}`;

/** A file of a task, stored beside it. */
export interface TaskFile {
  /** A safe file name, unique within the task. */
  readonly name: string;
  readonly mime: string;
  /** Bytes. */
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** Something that a person sent to the bot for their own scripts. */
export interface Task {
  /** Such as `T-4F7K`; unique among the tasks of one person. */
  readonly id: string;
  readonly type: TaskType;
  readonly title: string;
  readonly originalText: string | undefined;
  readonly chatId: number;
  readonly messageId: number;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  readonly files: readonly TaskFile[];
  /** What a voice message says; `undefined` until it was transcribed. */
  readonly transcript: string | undefined;
  readonly state: 'new' | 'done';
}

/** Digits and capital letters less I, L, O and U, which people mistake for others (Crockford's base 32). */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 4;

/**
 * Makes the id of a new task: short enough to type, over a million different ones.
 *
 * @param randomInt draws a whole number from 0 to below its argument
 * @param isTaken whether the person has a task with this id; another one is drawn then
 */
export function newTaskId(randomInt: (below: number) => number, isTaken: (id: Task['id']) => boolean): Task['id'] {
  for (;;) {
    const letters = Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)] ?? '0');
    const id = `T-${letters.join('')}`;
    if (!isTaken(id)) return id;
  }
}

/**
 * The id that somebody typed, as it is stored: small letters are taken, and O, I and L as the digits that they look like.
 *
 * @returns `undefined` for what is no id
 * @example parseTaskId('t-4f7k') // 'T-4F7K'
 */
export function parseTaskId(text: string): Task['id'] | undefined {
  const letters = /^(?:t-)?([0-9a-z]{4})$/i.exec(text.trim())?.[1]?.toUpperCase();
  const mended = letters?.replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  return mended === undefined || mended.includes('U') ? undefined : `T-${mended}`;
}
