/** What the fields of a button may hold, for requests and for the output of scripts alike. */
import { BUTTON_ACTIONS, type Button, SEND_BYTES } from '../../../core/buttons.ts';
import { MAX_BUTTON_TEXT, MAX_COPY, MAX_URL } from '../limits.ts';

/** A rule, and how an error names what it wants. */
interface Rule {
  readonly wanted: string;
  holds(text: string): boolean;
}

const isBlank = (text: string) => text.trim() === '';

/** What buttons are, for errors. */
export const A_LIST = 'a list of {"text", "url" | "copy" | "send"}, or of such lists (rows)';

export const TEXT: Rule = {
  wanted: `1 to ${MAX_BUTTON_TEXT} characters, not blank`,
  holds: (text) => !isBlank(text) && text.length <= MAX_BUTTON_TEXT,
};

export const URL_RULE: Rule = {
  wanted: `an http, https or tg address of at most ${MAX_URL} characters`,
  holds(url) {
    if (url.length > MAX_URL || /[\s\p{Cc}]/u.test(url) || !URL.canParse(url)) return false;
    const { protocol, hostname } = new URL(url);
    return protocol === 'tg:' || ((protocol === 'http:' || protocol === 'https:') && hostname !== '');
  },
};

export const COPY: Rule = {
  wanted: `1 to ${MAX_COPY} characters, not blank`,
  holds: (text) => !isBlank(text) && text.length <= MAX_COPY,
};

export const SEND: Rule = {
  wanted: `a line of 1 to ${SEND_BYTES} bytes in UTF-8, not blank`,
  holds: (text) => !isBlank(text) && Buffer.byteLength(text) <= SEND_BYTES && !/[\p{Cc}\u2028\u2029]/u.test(text),
};

/** The fields of a button that say what it does: there has to be one. */
export const actionsOf = (button: Button): readonly string[] =>
  BUTTON_ACTIONS.filter((action) => button[action] !== undefined);

/** What is wrong with the actions of a button, as an error says it. */
export function actionsFault(button: Button): string | undefined {
  const found = actionsOf(button);
  if (found.length === 1) return undefined;
  return `expected one of url, copy and send, found ${found.length === 0 ? 'none' : found.join(' and ')}.`;
}
