/** Simpler forms of a refused part, so that no text is lost because of its formatting, buttons or picture. */
import { GrammyError } from 'grammy';
import type { LinkButton } from '../../../core/notification.ts';
import type { FormattedText, Part, PartText } from '../part.ts';
import { CAPTION_UNITS, MESSAGE_UNITS } from '../render/split.ts';
import { readPartText } from './part-text.ts';

const MARKUP_REFUSED = /can't parse entities|unsupported parse_mode|ENTIT(Y|IES)_/i;
const BUTTON_REFUSED = /BUTTON_|inline keyboard button/i;
const IMAGE_REFUSED = /PHOTO_|IMAGE_PROCESS_FAILED|wrong type of the web page content|photo/i;

/** Whether Telegram refused an image, which it may still take as a file. */
export function imageRefused(error: unknown): boolean {
  return error instanceof GrammyError && error.error_code === 400 && IMAGE_REFUSED.test(error.description);
}

/** Returns the part in a form that Telegram may accept after this refusal; `undefined` when there is none. */
export function simpler(part: Part, error: unknown): Part | undefined {
  if (!(error instanceof GrammyError) || error.error_code !== 400) return undefined;
  if (MARKUP_REFUSED.test(error.description)) return plainer(part);
  if (BUTTON_REFUSED.test(error.description)) return withoutButtons(part);
  return imageRefused(error) && part.kind === 'photo' ? { ...part, kind: 'document' } : undefined;
}

function plainer(part: Part): Part | undefined {
  if (part.kind === 'text') {
    const body = unformatted(part.body);
    return body === undefined ? undefined : { ...part, body };
  }
  if (part.kind === 'text-file' || part.caption === undefined) return undefined;
  const caption = unformatted(part.caption);
  return caption === undefined ? undefined : { ...part, caption };
}

function unformatted(body: PartText): FormattedText | undefined {
  const { text, entities } = readPartText(body, MESSAGE_UNITS);
  return entities.length === 0 ? undefined : { text, entities: [] };
}

/** Moves the addresses of refused buttons into the text, where there is room. */
function withoutButtons(part: Part): Part | undefined {
  if (part.kind === 'album' || part.buttons === undefined) return undefined;
  const { buttons, ...rest } = part;
  if (rest.kind === 'text-file') return rest;
  if (rest.kind === 'text') return { ...rest, body: withAddresses(rest.body, buttons, MESSAGE_UNITS) ?? rest.body };
  const caption = withAddresses(rest.caption ?? { text: '', entities: [] }, buttons, CAPTION_UNITS);
  return caption === undefined ? rest : { ...rest, caption };
}

function withAddresses(body: PartText, buttons: readonly LinkButton[], most: number): FormattedText | undefined {
  const plain = readPartText(body, most);
  const lines = buttons.map(({ text, url }) => `${text}: ${url}`);
  const text = [...(plain.text === '' ? [] : [plain.text]), ...lines].join('\n');
  return text.length > most ? undefined : { text, entities: plain.entities };
}
