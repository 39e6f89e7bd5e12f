/** A file of a call that names it in JSON. https://core.telegram.org/bots/api#inputmedia */
import { badRequest } from '../http/api-error.ts';
import { type ApiRequest, isObject } from '../http/fields.ts';
import type { SandboxMedia, SandboxText } from '../model.ts';
import type { SandboxState } from '../state/state.ts';
import { CAPTION_LIMIT, formatText } from '../text/formatted.ts';
import { type CheckedMedia, checkMedia } from './input-media.ts';

/** A file and its caption. */
export interface ParsedMedia {
  readonly kind: SandboxMedia['kind'];
  readonly checked: CheckedMedia;
  readonly caption: SandboxText;
}

type Check = (kind: SandboxMedia['kind'], media: string) => CheckedMedia;

const KINDS: readonly SandboxMedia['kind'][] = ['photo', 'animation', 'video', 'document'];

const badMedia = (detail: string) => badRequest(`can't parse InputMedia: ${detail}`);
const stringOf = (value: unknown) => (typeof value === 'string' ? value : '');

/**
 * Reads an `InputMedia`.
 *
 * @param kinds those that the method takes @param check of the file, `checkMedia` unless given
 * @throws ApiError 400 with the server's wording
 */
export function parseMedia(
  state: SandboxState,
  request: ApiRequest,
  value: unknown,
  kinds: readonly SandboxMedia['kind'][] = KINDS,
  check: Check = (kind, media) => checkMedia(state, request, kind, media, 'media'),
): ParsedMedia {
  if (!isObject(value)) throw badMedia('expected an Object');
  const kind = kinds.find((one) => one === value.type);
  if (kind === undefined) throw badMedia(`type "${String(value.type)}" is unsupported`);
  const media = stringOf(value.media);
  if (media === '') throw badMedia('media not found');
  const { caption, parse_mode: mode, caption_entities: entities } = value;
  return {
    kind,
    caption: formatText(stringOf(caption), stringOf(mode), entities, CAPTION_LIMIT),
    checked: check(kind, media),
  };
}
