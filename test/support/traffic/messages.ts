/** What is sent: notifications of every kind, marked so that each of their parts is known again when it arrives. */
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FormFile } from '../../../src/shared/http/multipart-writer.ts';
import { png } from '../bot/sandbox-client.ts';
import type { Random } from '../random.ts';

/** A notification, ready to be posted. */
export interface Draft {
  readonly path: '/send' | '/send_photo' | '/send_document';
  readonly fields: Readonly<Record<string, unknown>>;
  /** Posted as a form when there are any. */
  readonly files: readonly FormFile[];
  /** A word for each message whose arrival is looked for, in their order. */
  readonly marks: readonly string[];
  /** Pictures that arrive as one album. */
  readonly album?: number;
  /** Bytes of the file that the first mark's message carries. */
  readonly size?: number;
  /** Arrives with a file `message.txt` behind it. */
  readonly whole?: boolean;
}

/** Files to send, by their sizes in bytes. */
export interface Shelf {
  readonly photo: string;
  readonly documents: readonly [Shelved, ...Shelved[]];
}

interface Shelved {
  readonly path: string;
  readonly size: number;
}

/** Puts files to send into a folder. */
export async function fillShelf(folder: string): Promise<Shelf> {
  const photo = join(folder, 'chart.png');
  await writeFile(photo, png(40, 30));
  const put = async (size: number): Promise<Shelved> => {
    const path = join(folder, `${size}.bin`);
    await writeFile(path, randomBytes(size));
    return { path, size };
  };
  return { photo, documents: [await put(10), await put(5_000), await put(300_000)] };
}

/** A word for a part of a person's message; `MARK` finds it. */
export function markOf(person: number, message: number, part = 0): string {
  return `mark${person}x${message}x${part}`;
}

/** Every mark in a text. */
export const MARK = /\bmark(\d+)x(\d+)x(\d+)\b/g;

/** A paragraph that fills most of a message, so that each message holds one. */
const paragraph = (mark: string) => `${mark} ${'and so on '.repeat(300)}`;

const text = (mark: string): Draft => ({
  path: '/send',
  fields: { text: `All is well, ${mark}.` },
  files: [],
  marks: [mark],
});

function long(mark: (part: number) => string, parts: number): Draft {
  const marks = Array.from({ length: parts }, (_, part) => mark(part));
  return { path: '/send', fields: { text: marks.map(paragraph).join('\n\n') }, files: [], marks };
}

function tooLong(mark: (part: number) => string): Draft {
  const all = Array.from({ length: 8 }, (_, part) => paragraph(mark(part))).join('\n\n');
  return { path: '/send', fields: { text: all }, files: [], marks: [mark(0)], whole: true };
}

function photos(mark: string, shelf: Shelf, count: number): Draft {
  const files = Array.from({ length: count }, (_, i) => ({
    part: 'photo' as const,
    path: shelf.photo,
    name: `${i}.png`,
  }));
  const draft: Draft = { path: '/send_photo', fields: { caption: `A picture, ${mark}.` }, files, marks: [mark] };
  return count === 1 ? { ...draft, size: 64 } : { ...draft, album: count };
}

function document(mark: string, { path, size }: Shelved): Draft {
  const files = [{ part: 'document' as const, path, name: 'report.bin' }];
  return { path: '/send_document', fields: { caption: mark }, files, marks: [mark], size };
}

/** A photo whose caption is too long for one: the photo, then the caption as a text. */
export function photoAndText(mark: (part: number) => string, shelf: Shelf): Draft {
  const files = [{ part: 'photo' as const, path: shelf.photo, name: 'chart.png' }];
  const caption = `${paragraph(mark(0))}\n\n${paragraph(mark(1))}`;
  return { path: '/send_photo', fields: { caption }, files, marks: [mark(0), mark(1)] };
}

/** A notification of a kind left to chance: mostly plain, as in life. */
export function draftOf(mark: (part: number) => string, shelf: Shelf, random: Random): Draft {
  const chance = random.next();
  if (chance < 0.6) return text(mark(0));
  if (chance < 0.7) return long(mark, 2 + random.below(3));
  if (chance < 0.74) return tooLong(mark);
  if (chance < 0.84) return photos(mark(0), shelf, 1);
  if (chance < 0.9) return photos(mark(0), shelf, 2 + random.below(2));
  if (chance < 0.93) return photoAndText(mark, shelf);
  return document(mark(0), random.pick(shelf.documents));
}
