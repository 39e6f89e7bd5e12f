/** How a button looks: red, green, blue. */
export type ButtonStyle = 'danger' | 'success' | 'primary';

/** Every style. */
export const BUTTON_STYLES: readonly ButtonStyle[] = ['danger', 'success', 'primary'];

/** A button under a message. It has exactly one of `url`, `copy`, `send` and `press`. */
export interface Button {
  /** What the button says, 1 to 64 characters. */
  readonly text: string;
  /** Opens an `http:`, `https:` or `tg:` address. */
  readonly url?: string;
  /** Copies a text, 1 to 256 characters. */
  readonly copy?: string;
  /** Does what this text would do if the person who presses had sent it in that chat, at most `SEND_BYTES`. */
  readonly send?: string;
  /**
   * What Telegram hands to the bot when it is pressed, 1 to 64 bytes: the name of a feature of the bot, `:`, and what that
   * feature understands. No sender sets it.
   */
  readonly press?: string;
  readonly style?: ButtonStyle;
}

/** Fields of a button that say what it does. */
export const BUTTON_ACTIONS = ['url', 'copy', 'send'] as const;

/** A list, in which each button has a row of its own, or a list of rows. */
export type Buttons = readonly (Button | readonly Button[])[];

/** Rows of buttons, from left to right. */
export const rowsOf = <B extends object>(buttons: readonly (B | readonly B[])[]): readonly (readonly B[])[] =>
  buttons.map((one) => (Array.isArray(one) ? one : [one as B]));

/** Bytes that Telegram carries for a button that is pressed. https://core.telegram.org/bots/api#inlinekeyboardbutton */
const CALLBACK_BYTES = 64;
/** Bytes of them that name the account whose message it is. */
export const SEND_MARK_BYTES = 6;
/** Bytes of a text to send, in UTF-8. */
export const SEND_BYTES = CALLBACK_BYTES - SEND_MARK_BYTES;

const asTelegram = ({ text, url, copy, send, press, style }: Button): object => ({
  text,
  ...(url !== undefined && { url }),
  ...(copy !== undefined && { copy_text: { text: copy } }),
  ...(send !== undefined && { callback_data: ' '.repeat(SEND_MARK_BYTES) + send }),
  ...(press !== undefined && { callback_data: press }),
  ...(style !== undefined && { style }),
});

/** Bytes that buttons take as Telegram's JSON. */
export const buttonsBytes = (buttons: Buttons): number =>
  Buffer.byteLength(JSON.stringify(rowsOf(buttons).map((row) => row.map(asTelegram))));
