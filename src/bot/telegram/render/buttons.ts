/** Buttons as parts hold them, and what a button that sends a text carries. */
import { createHash } from 'node:crypto';
import type { Account } from '../../../core/account.ts';
import { type Button, type Buttons, SEND_MARK_BYTES } from '../../../core/buttons.ts';
import { cleanLine, cleanText, isBlank } from '../../../markup/hygiene.ts';

/** A button of a part: `send` became the data that a press hands to the bot. Outboxes of earlier releases hold `text` and `url`. */
export interface PartButton extends Omit<Button, 'send' | 'press'> {
  readonly data?: string;
}

/** A list, in which each button has a row of its own, or a list of rows. */
export type PartButtons = readonly (PartButton | readonly PartButton[])[];

/** The text of a button or a message that would have none: Telegram needs one. */
export const BUTTON_HOLDER = '🔗';

/** Begins the data of a button that sends a text; behind it stand the account's tag and the text. */
const MARK = 't:';
const TAG = SEND_MARK_BYTES - MARK.length;
/** The tag of no account. */
const NOBODY = '-'.repeat(TAG);

/**
 * Names an account in a button, so that a press can tell the account's own messages from those of others. It is no secret:
 * a person who forges the data of a press could send the text as well.
 */
export const accountTag = ({ user, uid }: Account): string =>
  createHash('sha256')
    .update(JSON.stringify([user, uid ?? null]))
    .digest('base64url')
    .slice(0, TAG);

/** A pressed button that sends a text. */
export interface PressedText {
  /** The tag of the account whose message it stands under. */
  readonly tag: string;
  readonly text: string;
}

/** What a button sends; `undefined` for data that is no text's. */
export function pressedText(data: string): PressedText | undefined {
  const text = data.slice(SEND_MARK_BYTES);
  if (!data.startsWith(MARK) || text.trim() === '') return undefined;
  return { tag: data.slice(MARK.length, SEND_MARK_BYTES), text };
}

function partButton({ text, url, copy, send, press, style }: Button, tag: string): PartButton {
  const label = cleanLine(text);
  return {
    text: isBlank(label) ? BUTTON_HOLDER : label,
    ...(url !== undefined && { url: cleanLine(url) }),
    ...(copy !== undefined && { copy: cleanText(copy) }),
    ...(send !== undefined && { data: `${MARK}${tag}${cleanLine(send)}` }),
    ...(press !== undefined && { data: press }),
    ...(style !== undefined && { style }),
  };
}

/** Buttons as a part holds them. @param account whose message it is */
export function partButtons(buttons: Buttons, account: Account | undefined): PartButtons {
  const tag = account === undefined ? NOBODY : accountTag(account);
  return buttons.map((one) => {
    const row = one as readonly Button[];
    return Array.isArray(one) ? row.map((button) => partButton(button, tag)) : partButton(one as Button, tag);
  });
}
