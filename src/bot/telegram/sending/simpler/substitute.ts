/** What is sent in place of a part that Telegram refuses for good, so that its words arrive and the reader knows what is missing. */

import { joined, plainText } from '../../../../markup/entities.ts';
import type { FormattedText } from '../../../../markup/formatted.ts';
import { cleanLine, cleanText } from '../../../../markup/hygiene.ts';
import type { SendTarget } from '../../../../queue/ports.ts';
import type { Part, PartText } from '../../part.ts';
import { CAPTION_UNITS, MESSAGE_UNITS, splitFormatted } from '../../render/split.ts';
import { readPartText } from '../part-text.ts';
import { reasonOf } from '../refusal.ts';

type Files = SendTarget['files'];
type TextPart = Extract<Part, { kind: 'text' }>;
type TextOptions = Pick<TextPart, 'silent' | 'buttons'>;

/** UTF-16 units of a file's name, and files that are named. */
const LONGEST_NAME = 60;
const MOST_NAMES = 3;

/** A text of fixed width; in Telegram, a tap copies it. */
export const code = (text: string): FormattedText => ({
  text,
  entities: [{ type: 'code', offset: 0, length: text.length }],
});

/** A long name without its middle, so that its ending stays. */
function shortName(name: string): string {
  if (name.length <= LONGEST_NAME) return name;
  return `${name.slice(0, LONGEST_NAME - 20)}…${name.slice(-19)}`.replace(/\p{Surrogate}/gu, '');
}

function namesOf(part: Part, files: Files): readonly string[] {
  if (part.kind === 'text') return [];
  if (part.kind === 'text-file') return [part.name];
  const places = part.kind === 'album' ? part.media : [part.media];
  return places.map((place) => shortName(cleanLine(files[place]?.name ?? '')) || 'a file');
}

/** `⚠️ report.pdf could not be sent: it is larger than Telegram takes.` */
function note(part: Part, files: Files, error: unknown): FormattedText {
  const names = namesOf(part, files);
  const shown = names.slice(0, MOST_NAMES).flatMap((name, index) => [plainText(index === 0 ? '' : ', '), code(name)]);
  const what = names.length === 0 ? [plainText('A part of this message')] : shown;
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
  return joined([plainText('⚠️ '), ...what, plainText(`${more} could not be sent: ${reasonOf(error)}.`)]);
}

const captionOf = (part: Part): PartText | undefined =>
  part.kind === 'text' || part.kind === 'text-file' ? undefined : part.caption;

/** Text parts for a text of any length: the last one has the buttons. */
export function textParts(text: FormattedText, { silent, buttons }: TextOptions): readonly TextPart[] {
  const pieces = splitFormatted(text, MESSAGE_UNITS);
  return pieces.map((body, index) => ({
    kind: 'text',
    body,
    ...(silent === true && { silent }),
    ...(buttons !== undefined && index === pieces.length - 1 && { buttons }),
  }));
}

/** The whole of a text that was to travel as a file: as plain texts, however many. */
function fileAsTexts(
  { content, ...options }: Extract<Part, { kind: 'text-file' }>,
  why: FormattedText,
): readonly Part[] {
  return textParts(joined([why, plainText(`\n\n${cleanText(content)}`)]), options);
}

/**
 * A refused part as words: its caption, or the text of its file, and a line on what is missing. None for a part that has no words and stands alone:
 * nothing of its message would arrive, so it fails.
 */
export function substitute(part: Part, files: Files, error: unknown): readonly Part[] {
  if (part.kind === 'text-file') return fileAsTexts(part, note(part, files, error));
  const caption = captionOf(part);
  if (caption === undefined && part.oneOfSeveral !== true) return [];
  const words = caption === undefined ? [] : [readPartText(caption, CAPTION_UNITS), plainText('\n\n')];
  const buttons = 'buttons' in part && part.buttons !== undefined ? { buttons: part.buttons } : {};
  const silent = part.silent === undefined ? {} : { silent: part.silent };
  const text = joined([...words, note(part, files, error)]);
  const parts = textParts(text, { ...silent, ...buttons });
  return caption === undefined ? parts.map((one) => ({ ...one, isNote: true })) : parts;
}
