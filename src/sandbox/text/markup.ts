/** Checks buttons like the server. https://core.telegram.org/bots/api#inlinekeyboardmarkup */
import { badRequest } from '../http/api-error.ts';
import { type ApiRequest, isObject, jsonOf, requireUnicode } from '../http/fields.ts';
import type { SandboxButton, SandboxMarkup } from '../model.ts';
import { checkLink } from './links.ts';

/** Bytes. https://core.telegram.org/bots/api#inlinekeyboardbutton */
const DATA_LIMIT = 64;
const BUTTON_LIMIT = 100;
/** Further buttons of a row are dropped. `get_reply_markup` in tdlib */
const ROW_LIMIT = 12;
/** Characters. https://core.telegram.org/bots/api#copytextbutton */
const COPY_LIMIT = 256;
const STYLES = ['', 'default', 'primary', 'danger', 'success'];
/** Bytes of all buttons as JSON, about: the server names no number. https://core.telegram.org/api/errors (REPLY_MARKUP_TOO_LONG) */
const MARKUP_LIMIT = 10_000;
/** Kinds of buttons that the sandbox keeps unchecked. */
const OTHER_KINDS = [
  'switch_inline_query',
  'switch_inline_query_chosen_chat',
  'switch_inline_query_current_chat',
  'login_url',
  'web_app',
  'callback_game',
  'pay',
];

const badButton = (detail: string) => badRequest(`can't parse inline keyboard button: ${detail}`);

function stringField(button: Record<string, unknown>, name: string): string {
  const value = button[name];
  if (value === undefined || value === null) return '';
  if (typeof value === 'object') throw badButton(`Field "${name}" must be of type String`);
  return requireUnicode(String(value));
}

function styleOf(button: Record<string, unknown>): Pick<SandboxButton, 'style'> {
  const style = stringField(button, 'style').toLowerCase();
  if (!STYLES.includes(style)) throw badButton('invalid button style specified');
  return style === '' || style === 'default' ? {} : { style };
}

function copyOf(value: unknown): string {
  if (!isObject(value)) throw badButton('Field "copy_text" must be of type Object');
  if (value.text === undefined) throw badButton('Can\'t find field "text"');
  const text = stringField(value, 'text');
  if (text.trim() === '' || text.length > COPY_LIMIT) throw badRequest('BUTTON_COPY_TEXT_INVALID');
  return text;
}

function readButton(value: unknown): SandboxButton {
  if (!isObject(value)) throw badButton('InlineKeyboardButton must be an Object');
  if (value.text === undefined) throw badButton('Can\'t find field "text"');
  const text = stringField(value, 'text');
  const url = stringField(value, 'url');
  const data = stringField(value, 'callback_data');
  const style = styleOf(value);
  const other = OTHER_KINDS.some((kind) => kind in value);
  const copies = 'copy_text' in value;
  if (url === '' && data === '' && !other && !copies)
    throw badButton('Text buttons are unallowed in the inline keyboard');
  if (text === '') throw badRequest('inline keyboard button text must be non-empty');
  if (url !== '') {
    const link = checkLink(url);
    if ('refused' in link) throw badRequest(`inline keyboard button URL '${url}' is invalid: ${link.refused}`);
    return { text, url: link.url, ...style };
  }
  if (data === '' && copies && !other) return { text, copy_text: { text: copyOf(value.copy_text) }, ...style };
  if (data === '') return { ...value, text };
  if (Buffer.byteLength(data) > DATA_LIMIT) throw badRequest('BUTTON_DATA_INVALID');
  return { text, callback_data: data, ...style };
}

/** The `reply_markup` of a call, or `undefined` without one. @throws ApiError 400 with the server's wording */
export function readMarkup(request: ApiRequest): SandboxMarkup | undefined {
  const value = jsonOf(request, 'reply_markup', "can't parse reply keyboard markup JSON object");
  if (value === undefined) return undefined;
  if (!isObject(value)) throw badRequest('object expected as reply markup');
  const rows = value.inline_keyboard;
  if (rows === undefined) return value;
  const notRows = 'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays';
  if (!Array.isArray(rows)) throw badRequest(notRows);
  const keyboard = rows.map((row: unknown) => {
    if (!Array.isArray(row)) throw badRequest(notRows);
    return row.map(readButton).slice(0, ROW_LIMIT);
  });
  const buttons = keyboard.flat().length;
  const bytes = Buffer.byteLength(JSON.stringify(keyboard));
  if (buttons > BUTTON_LIMIT || bytes > MARKUP_LIMIT) throw badRequest('reply markup is too long');
  return buttons === 0 ? undefined : { inline_keyboard: keyboard.filter((row) => row.length > 0) };
}
