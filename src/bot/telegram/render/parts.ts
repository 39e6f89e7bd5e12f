import type { Notification } from '../../../core/notification.ts';
import { joined, plainText } from '../../../markup/entities.ts';
import type { FormattedText } from '../../../markup/formatted.ts';
import { isBlank, wellFormed } from '../../../markup/hygiene.ts';
import type { Part } from '../part.ts';
import { BUTTON_HOLDER, partButtons } from './buttons.ts';
import { asOne, compose } from './compose.ts';
import { type MediaFacts, mediaParts } from './media.ts';
import { CAPTION_UNITS, MAX_ENTITIES, MESSAGE_UNITS, splitFormatted } from './split.ts';

export type { MediaFacts } from './media.ts';

type Rendered = Pick<Notification, 'title' | 'text' | 'parseMode' | 'severity' | 'silent' | 'linkPreview' | 'buttons'> &
  Partial<Pick<Notification, 'account' | 'origin'>>;

/** A text that needs more messages than this travels as one message and a file. */
const MOST_MESSAGES = 5;
const WHOLE_TEXT = 'message.txt';
const POINTER = `… the whole text is in ${WHOLE_TEXT}`;

const textPart = (body: FormattedText): Part => ({ kind: 'text', body });

function pointed(first: FormattedText): FormattedText {
  const pointer: FormattedText = {
    text: POINTER,
    entities: [{ type: 'italic', offset: 0, length: POINTER.length }],
  };
  return joined([first, plainText('\n\n'), pointer]);
}

function wholeAsTyped({ title, text }: Rendered): string {
  return wellFormed(title === undefined || isBlank(title) ? text : `${title}\n\n${text}`);
}

/** The text as messages: none where it is empty, a file where it is long. */
function textParts(notification: Rendered, composed: FormattedText): readonly Part[] {
  const whole = asOne(composed, MESSAGE_UNITS);
  if (whole !== undefined) return [{ kind: 'text', body: whole }];
  const pieces = splitFormatted(composed, MESSAGE_UNITS, MAX_ENTITIES, MOST_MESSAGES + 1);
  if (pieces.length <= MOST_MESSAGES) return pieces.map(textPart);
  const [first] = splitFormatted(composed, MESSAGE_UNITS - POINTER.length - 2, MAX_ENTITIES - 1, 1);
  const file: Part = { kind: 'text-file', name: WHOLE_TEXT, content: wholeAsTyped(notification) };
  return first === undefined ? [file] : [textPart(pointed(first)), file];
}

/** Media with the words as a caption where they fit, else the words after it. */
function withMedia(notification: Rendered, composed: FormattedText, media: readonly MediaFacts[]): readonly Part[] {
  const parts = mediaParts(media);
  const [first, ...rest] = parts;
  if (first === undefined) return textParts(notification, composed);
  // Telegram takes no buttons on an album: the words follow it and carry them.
  const needsHolder = parts.at(-1)?.kind === 'album' && (notification.buttons?.length ?? 0) > 0;
  const caption = needsHolder ? undefined : asOne(composed, CAPTION_UNITS);
  if (caption !== undefined) return [{ ...first, caption }, ...rest];
  const texts = textParts(notification, composed);
  return [...parts, ...(texts.length === 0 && needsHolder ? [textPart(plainText(BUTTON_HOLDER))] : texts)];
}

/** The options of a notification on its parts: the last one carries the buttons, and each knows whether there are others. */
function withOptions(
  parts: readonly Part[],
  { severity, silent, linkPreview, buttons = [], account }: Rendered,
): readonly Part[] {
  const quiet = silent === true || severity === 'info' || severity === 'low';
  return parts.map((part, index): Part => {
    const options = { ...(parts.length > 1 && { oneOfSeveral: true }), ...(quiet && { silent: true }) };
    const preview = linkPreview === true && part.kind === 'text' ? { linkPreview } : {};
    const carries = index === parts.length - 1 && buttons.length > 0 && part.kind !== 'album';
    return { ...part, ...options, ...preview, ...(carries && { buttons: partButtons(buttons, account) }) };
  });
}

/**
 * Turns a notification into the Telegram calls that deliver it. Pure; never throws; always at least one part,
 * none of which Telegram would refuse for its length, entities, characters or emptiness.
 *
 * @param media facts of the notification's files, in its order: parts name them by index
 */
export function renderParts(notification: Rendered, media: readonly MediaFacts[]): readonly Part[] {
  const composed = compose(notification);
  const parts = withMedia(notification, composed, media);
  const said = parts.length > 0 ? parts : [textPart(plainText('(empty message)'))];
  return withOptions(said, notification);
}
