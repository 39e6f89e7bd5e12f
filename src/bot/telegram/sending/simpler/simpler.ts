/** Simpler forms of a refused part, so that no text is lost because of its formatting, buttons, picture or file. */
import { rowsOf } from '../../../../core/buttons.ts';
import { joined, plainText, slice } from '../../../../markup/entities.ts';
import type { Entity, FormattedText } from '../../../../markup/formatted.ts';
import type { SendTarget } from '../../../../queue/ports.ts';
import type { Part } from '../../part.ts';
import { type PartButton, type PartButtons, pressedText } from '../../render/buttons.ts';
import { CAPTION_UNITS, MESSAGE_UNITS } from '../../render/split.ts';
import { readPartText } from '../part-text.ts';
import { isBadRequest, isOfRights, isTooLarge, refusalOf } from '../refusal.ts';
import { code, substitute, textParts } from './substitute.ts';

/** A text with the addresses of its links behind them, and without these entities. */
function withAddresses({ text, entities }: FormattedText): FormattedText {
  const links = entities.filter(({ type }) => type === 'text_link').sort((a, b) => a.offset - b.offset);
  const pieces: FormattedText[] = [];
  let done = 0;
  const rest = { text, entities: entities.filter(({ type }) => type !== 'text_link') };
  for (const { offset, length, url = '' } of links) {
    const end = offset + length;
    pieces.push(slice(rest, done, end));
    if (text.slice(offset, end) !== url) pieces.push(plainText(` (${url})`));
    done = end;
  }
  return joined([...pieces, slice(rest, done, text.length)]);
}

const hasLink = (entities: readonly Entity[]) => entities.some(({ type }) => type === 'text_link');

const isMoment = ({ type }: Entity) => type === 'date_time';

/** Makes a text simpler; `undefined` for one that is so already. */
type Simplify = (read: FormattedText) => FormattedText | undefined;

/** Servers from before 2026 know no moments; their words stay. */
const withoutMoments: Simplify = ({ text, entities }) =>
  entities.some(isMoment) ? { text, entities: entities.filter((one) => !isMoment(one)) } : undefined;

const unformatted: Simplify = (read) => (read.entities.length === 0 ? undefined : plainText(withAddresses(read).text));

const withoutLinks: Simplify = (read) => (hasLink(read.entities) ? withAddresses(read) : unformatted(read));

const withoutEntities: Simplify = (read) => withoutMoments(read) ?? unformatted(read);

/** The part with another text; one that became too long for a caption follows as a text of its own. */
function withText(part: Exclude<Part, { kind: 'text-file' }>, text: FormattedText): readonly Part[] {
  const { silent, buttons } = { buttons: undefined, ...part };
  const options = { ...(silent === true && { silent }), ...(buttons !== undefined && { buttons }) };
  if (part.kind === 'text') {
    return text.text.length <= MESSAGE_UNITS ? [{ ...part, body: text }] : textParts(text, options);
  }
  if (text.text.length <= CAPTION_UNITS) return [{ ...part, caption: text }];
  const { caption: _, ...bare } = part;
  if ('buttons' in bare) delete bare.buttons;
  return [bare, ...textParts(text, options)];
}

function withSimpler(part: Part, simplify: Simplify): readonly Part[] {
  if (part.kind === 'text-file') return [];
  const [body, most] = part.kind === 'text' ? [part.body, MESSAGE_UNITS] : [part.caption, CAPTION_UNITS];
  const text = body === undefined ? undefined : simplify(readPartText(body, most));
  return text === undefined ? [] : withText(part, text);
}

/** The part with its buttons in the app's own colours; none where they are already. */
function withoutStyles(part: Part): readonly Part[] {
  if (part.kind === 'album' || part.buttons === undefined) return [];
  const rows = rowsOf(part.buttons);
  if (rows.flat().every(({ style }) => style === undefined)) return [];
  return [{ ...part, buttons: rows.map((row) => row.map(({ style: _, ...button }) => button)) }];
}

/** What a button does, as words: an address, a text to tap, which is copied, or a text to send. */
function buttonWords({ text, url = '', copy, data }: PartButton): FormattedText {
  const label = plainText(`${text}: `);
  if (copy !== undefined) return joined([label, code(copy)]);
  return joined([label, plainText(data === undefined ? url : (pressedText(data)?.text ?? data))]);
}

const buttonLines = (buttons: PartButtons): FormattedText =>
  joined(
    rowsOf(buttons)
      .flat()
      .flatMap((button, index) => [plainText(index === 0 ? '' : '\n'), buttonWords(button)]),
  );

/** Refused buttons in a simpler form: without styles, then as words of the text. */
function plainerButtons(part: Part): readonly Part[] {
  const unstyled = withoutStyles(part);
  return unstyled.length > 0 ? unstyled : withoutButtons(part);
}

/** Moves what refused buttons do into the text. */
function withoutButtons(part: Part): readonly Part[] {
  if (part.kind === 'album' || part.buttons === undefined) return [];
  const { buttons, ...rest } = part;
  const lines = buttonLines(buttons);
  if (rest.kind === 'text-file') return [rest, ...textParts(lines, {})];
  const [body, most] = rest.kind === 'text' ? [rest.body, MESSAGE_UNITS] : [rest.caption, CAPTION_UNITS];
  const words = body === undefined ? [] : [readPartText(body, most), plainText('\n')];
  return withText(rest, joined([...words, lines]));
}

/** A text with plain buttons, then without its entities, then without its buttons. */
function plainest(part: Part): readonly Part[] {
  const unstyled = withoutStyles(part);
  if (unstyled.length > 0) return unstyled;
  const plain = withSimpler(part, unformatted);
  return plain.length > 0 ? plain : withoutButtons(part);
}

/** The files of an album one by one. */
function apart(part: Extract<Part, { kind: 'album' }>): readonly Part[] {
  const { caption, silent } = part;
  return part.media.map((media, index) => ({
    kind: 'document',
    media,
    oneOfSeveral: true,
    ...(silent === true && { silent }),
    ...(index === 0 && caption !== undefined && { caption }),
  }));
}

/**
 * The part in a form that Telegram may accept after this refusal, as one call or several; none when there is no such form.
 *
 * @param files the delivery's files, by place
 */
export function simpler(part: Part, error: unknown, files: SendTarget['files']): readonly Part[] {
  const refusal = refusalOf(error);
  if (refusal === undefined) return [];
  if (refusal === 'buttons') return orSubstitute(plainerButtons(part));
  // The words of a refusal may be new: an ornament that may be its reason is dropped before the text is.
  if (refusal === 'part' && part.kind === 'text' && isBadRequest(error)) return orSubstitute(plainest(part));
  if (refusal === 'link') return orSubstitute(withSimpler(part, withoutLinks));
  if (refusal === 'entities') return orSubstitute(withSimpler(part, withoutEntities));
  if (refusal === 'image' && part.kind === 'photo') return [{ ...part, kind: 'document' }];
  if ((part.kind === 'animation' || part.kind === 'video') && !isTooLarge(error))
    return [{ ...part, kind: 'document' }];
  if (refusal === 'image' && part.kind === 'album' && part.as !== 'document') return [{ ...part, as: 'document' }];
  // Where the chat takes none of them, one note says it for all.
  return part.kind === 'album' && !isOfRights(error) ? apart(part) : substitute(part, files, error);

  function orSubstitute(parts: readonly Part[]): readonly Part[] {
    return parts.length > 0 ? parts : substitute(part, files, error);
  }
}
