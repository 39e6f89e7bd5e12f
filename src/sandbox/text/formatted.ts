/** Reads the text of a call like the server: parses it, cleans it, arranges its entities, checks its length. */
import { badRequest } from '../http/api-error.ts';
import { type ApiRequest, isObject, jsonOf, requireUnicode, textOf } from '../http/fields.ts';
import type { SandboxEntity, SandboxText } from '../model.ts';
import { arrangeEntities, isWhole } from './arrange.ts';
import { cleanText } from './clean.ts';
import { findUrls } from './detect/urls.ts';
import { parseHtml } from './html.ts';
import { checkLink } from './links.ts';
import { parseMarkdown } from './markdown.ts';
import { parseMarkdownV2 } from './markdown-v2.ts';
import { ParseError } from './parse-error.ts';

/** UTF-16 units after parsing. https://core.telegram.org/bots/api#sendmessage */
const TEXT_LIMIT = 4096;
/** UTF-16 units after parsing. https://core.telegram.org/bots/api#sendphoto */
export const CAPTION_LIMIT = 1024;
/** Bytes of a text before parsing, from the server's source. */
const SOURCE_LIMIT = 32_768;

const PARSERS: Readonly<Record<string, (source: string) => SandboxText>> = {
  html: parseHtml,
  markdown: parseMarkdown,
  markdownv2: parseMarkdownV2,
};
/** Detected by the server itself; silently ignored when a bot sends them. */
const DETECTED = ['mention', 'hashtag', 'cashtag', 'bot_command', 'url', 'email', 'phone_number', 'bank_card_number'];
const ACCEPTED = [
  'bold',
  'italic',
  'underline',
  'strikethrough',
  'spoiler',
  'blockquote',
  'expandable_blockquote',
  'code',
  'pre',
  'text_link',
  'text_mention',
  'custom_emoji',
  'date_time',
];
/** https://core.telegram.org/bots/api#date-time-entity-formatting */
const TIME_FORMAT = /^(?:[rR]|[tTdDwW]*)$/;

const badEntity = (detail: string) => badRequest(`can't parse MessageEntity: ${detail}`);

function integerField(value: Record<string, unknown>, name: string): number {
  const field = value[name];
  if (field === undefined) throw badEntity(`Can't find field "${name}"`);
  const number = typeof field === 'string' && /^-?\d+$/.test(field) ? Number(field) : field;
  if (typeof number !== 'number' || !Number.isInteger(number)) {
    throw badEntity(`Field "${name}" must be of type Number`);
  }
  return number;
}

function stringField(value: Record<string, unknown>, name: string): string {
  const field = value[name];
  if (field === undefined) throw badEntity(`Can't find field "${name}"`);
  if (typeof field !== 'string') throw badEntity(`Field "${name}" must be of type String`);
  return requireUnicode(field);
}

/** A 64-bit number that is not 0; as a string, since it may be larger than a JSON number can be exact. */
function emojiField(value: Record<string, unknown>): string {
  const id = stringField(value, 'custom_emoji_id');
  if (!/^-?\d{1,19}$/.test(id) || BigInt.asIntN(64, BigInt(id)) !== BigInt(id)) {
    throw badEntity('Field "custom_emoji_id" must be a valid Number');
  }
  if (BigInt(id) === 0n) throw badRequest('Invalid custom emoji identifier specified');
  return id;
}

/** Seconds since 1970 in 32 bits. `FormattedDate::get_formatted_date` in tdlib */
function timeField(value: Record<string, unknown>): number {
  const unix = integerField(value, 'unix_time');
  if (Math.abs(unix) >= 2 ** 31) throw badEntity('Field "unix_time" must be a valid Number');
  if (unix <= 0) throw badRequest('Invalid date specified');
  return unix;
}

function readEntity(value: unknown): SandboxEntity | undefined {
  if (!isObject(value)) throw badEntity('expected an Object');
  const place = { offset: integerField(value, 'offset'), length: integerField(value, 'length') };
  const type = stringField(value, 'type');
  if (DETECTED.includes(type)) return undefined;
  if (!ACCEPTED.includes(type)) throw badEntity('Unsupported type specified');
  if (type === 'text_link') {
    const address = stringField(value, 'url');
    const link = checkLink(address);
    if ('refused' in link) throw badRequest(`entity URL '${address}' is invalid: ${link.refused}`);
    return { type, ...place, url: link.url };
  }
  if (type === 'pre' && value.language !== undefined) {
    return { type, ...place, language: stringField(value, 'language') };
  }
  if (type === 'date_time') {
    const format = value.date_time_format === undefined ? '' : stringField(value, 'date_time_format');
    if (!TIME_FORMAT.test(format)) throw badRequest('Invalid date-time format specified');
    return { type, ...place, unix_time: timeField(value), date_time_format: format };
  }
  if (type === 'custom_emoji') return { type, ...place, custom_emoji_id: emojiField(value) };
  return { type, ...place };
}

function parse(source: string, parseMode: string, entities: unknown): SandboxText {
  const mode = parseMode.toLowerCase();
  if (source !== '' && mode !== '' && mode !== 'none') {
    const parser = Object.hasOwn(PARSERS, mode) ? PARSERS[mode] : undefined;
    if (parser === undefined) throw badRequest('unsupported parse_mode');
    try {
      return parser(source);
    } catch (error) {
      if (error instanceof ParseError) throw badRequest(`can't parse entities: ${error.message}`);
      throw error;
    }
  }
  if (!Array.isArray(entities)) return { text: source, entities: [] };
  return { text: source, entities: entities.map(readEntity).filter((entity) => entity !== undefined) };
}

/**
 * Reads formatted text.
 * @throws ApiError 400 with the server's wording
 */
export function formatText(source: string, parseMode: string, entities: unknown, limit: number): SandboxText {
  if (Buffer.byteLength(source) > SOURCE_LIMIT) throw badRequest('text is too long');
  const clean = cleanText(parse(source, parseMode, entities));
  if (clean.text.length > limit) {
    throw badRequest(limit === CAPTION_LIMIT ? 'message caption is too long' : 'message is too long');
  }
  return { text: clean.text, entities: arrangeEntities([...clean.entities, ...newUrls(clean)]) };
}

/** The addresses in a text that meet no code, link or the like, which the server then shows as links. */
function newUrls({ text, entities }: SandboxText): readonly SandboxEntity[] {
  const whole = entities.filter(({ type }) => isWhole(type));
  const meets = (a: SandboxEntity, b: SandboxEntity) =>
    a.offset < b.offset + b.length && b.offset < a.offset + a.length;
  return findUrls(text).filter((found) => !whole.some((one) => meets(one, found)));
}

/** The `text` of a call. @throws ApiError 400, also if it is empty */
export function readText(request: ApiRequest): SandboxText {
  const source = textOf(request, 'text');
  if (source === '') throw badRequest('message text is empty');
  const entities = jsonOf(request, 'entities', "can't parse entities JSON object");
  const formatted = formatText(source, textOf(request, 'parse_mode'), entities, TEXT_LIMIT);
  if (formatted.text === '') throw badRequest('text must be non-empty');
  return formatted;
}

/** The `caption` of a call; empty without one. @throws ApiError 400 */
export function readCaption(request: ApiRequest): SandboxText {
  const entities = jsonOf(request, 'caption_entities', "can't parse entities JSON object");
  return formatText(textOf(request, 'caption'), textOf(request, 'parse_mode'), entities, CAPTION_LIMIT);
}
