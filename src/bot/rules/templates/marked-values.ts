/**
 * Values in a template's Markdown, so that none of them is read as Markdown: those who post alerts choose them. The
 * template is rendered with a mark in the place of each value; the values come into their places once the Markdown is read.
 */
import { withoutBlankEnds } from '../../../markup/entities.ts';
import type { FormattedText } from '../../../markup/formatted.ts';
import { cleanText, wellFormed } from '../../../markup/hygiene.ts';
import { readMarkup } from '../../../markup/read.ts';

/** Private use: letters to everybody else, which `cleanText` keeps. */
const BEGIN = '\uE000';
const END = '\uE001';
const MARK = new RegExp(`${BEGIN}(\\d{1,6})${END}`, 'g');
/** What is left of a mark that a filter cut. */
const LEFTOVER = new RegExp(`[${BEGIN}${END}]`, 'g');
/** The address of a link, `](https://…)`. */
const ADDRESS = /\]\([^()\s]{0,4000}\)/g;
/** What is no part of an address, or ends one in Markdown. */
const NOT_IN_ADDRESS = /[^\w\-.~:/?#@!$'*+,;=%&]/gu;

/** Letters of all values of one message together, and of the message: beyond them it is none that people read. */
const MOST_LETTERS = 1_000_000;
/** Values that one message may have; those of a long list of alerts are some thousand. */
const MOST_VALUES = 100_000;

const inAddress = (value: string) =>
  wellFormed(value)
    .replace(NOT_IN_ADDRESS, encodeURIComponent)
    .replaceAll('(', '%28')
    .replaceAll(')', '%29')
    .replaceAll('&', '&amp;');

/**
 * The fields of a template without letters that marks are made of: a value that names others, which name others, would
 * become more text than there is memory.
 */
export function withoutMarks<T>(fields: T): T;
export function withoutMarks(fields: unknown): unknown {
  if (typeof fields === 'string') return fields.replace(LEFTOVER, '');
  if (Array.isArray(fields)) return fields.map((one) => withoutMarks<unknown>(one));
  if (typeof fields !== 'object' || fields === null) return fields;
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [withoutMarks(name), withoutMarks<unknown>(value)]),
  );
}

/** The values of one message. */
export interface MarkedValues {
  /** Keeps a value. @returns the mark that stands for it */
  mark(value: string): string;
  /** Reads Markdown and puts the values in the places of their marks. */
  fill(markdown: string): FormattedText;
  /** Puts the values in the places of their marks, in a text that is no Markdown. */
  plain(text: string): string;
}

/** Values within values, as `capture` makes them, grow with each. */
function requireRoom(letters: number): void {
  if (letters > MOST_LETTERS) throw new Error(`more than ${MOST_LETTERS} letters are printed`);
}

/** Replaces marks by values, and moves the entities with their letters. */
function replaced({ text, entities }: FormattedText, valueAt: (index: number) => string): FormattedText {
  /** How far letters moved, by the place from which on it holds. */
  const moves: { readonly from: number; readonly by: number }[] = [{ from: 0, by: 0 }];
  let shown = '';
  let last = 0;
  for (const { 0: mark, 1: index, index: at } of text.matchAll(MARK)) {
    shown += text.slice(last, at) + valueAt(Number(index));
    requireRoom(shown.length);
    last = at + mark.length;
    moves.push({ from: last, by: shown.length - last });
  }
  shown += text.slice(last);
  const moved = (place: number) => place + (moves.findLast(({ from }) => from <= place)?.by ?? 0);
  return {
    text: shown,
    entities: entities.map((entity) => {
      const offset = moved(entity.offset);
      return { ...entity, offset, length: moved(entity.offset + entity.length) - offset };
    }),
  };
}

/** Starts a message. */
export function createMarkedValues(): MarkedValues {
  const values: string[] = [];
  const valueAt = (index: number) => values[index] ?? '';
  const plain = (text: string): string => replaced({ text, entities: [] }, valueAt).text.replace(LEFTOVER, '');
  let letters = 0;
  return {
    mark(value) {
      if (values.length >= MOST_VALUES) throw new Error(`more than ${MOST_VALUES} values are printed`);
      // What a `capture` holds has marks itself.
      const kept = cleanText(plain(value));
      letters += kept.length;
      requireRoom(letters);
      values.push(kept);
      return `${BEGIN}${values.length - 1}${END}`;
    },
    fill(markdown) {
      const addressed = markdown.replace(ADDRESS, (address) =>
        address.replace(MARK, (_mark, index) => inAddress(valueAt(Number(index)))),
      );
      return withoutBlankEnds(replaced(readMarkup(addressed, 'Markdown'), valueAt));
    },
    plain,
  };
}
