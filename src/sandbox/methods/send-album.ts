/** `sendMediaGroup`. https://core.telegram.org/bots/api#sendmediagroup */
import { randomInt } from 'node:crypto';
import { ApiError, badRequest } from '../http/api-error.ts';
import { type ApiRequest, flagOf, jsonOf } from '../http/fields.ts';
import type { SandboxMedia } from '../model.ts';
import { type SandboxState, spend } from '../state/state.ts';
import { type CheckedMedia, checkMedia, storeMedia } from './input-media.ts';
import { messageJson } from './message-json.ts';
import type { Methods } from './method.ts';
import { parseMedia } from './parse-media.ts';
import { placeOf } from './place.ts';

const LEAST = 2;
const MOST = 10;

function checkItem(
  state: SandboxState,
  request: ApiRequest,
  kind: SandboxMedia['kind'],
  media: string,
  place: number,
): CheckedMedia {
  try {
    return checkMedia(state, request, kind, media, 'media');
  } catch (error) {
    // The real server reports errors found while it processes a picture with the picture's position in the album.
    const detail = error instanceof ApiError ? /^Bad Request: ([A-Z_]+)$/.exec(error.message)?.[1] : undefined;
    if (detail === undefined) throw error;
    throw badRequest(`failed to send message #${place} with the error message "${detail}"`);
  }
}

/** The documentation requires two to ten. The server reportedly accepts one, but no bot should rely on that. */
function checkCount(count: number): void {
  if (count === 0) throw badRequest('there are no messages to send');
  if (count < LEAST) throw badRequest('too few messages to send as an album');
  if (count > MOST) throw badRequest('too many messages to send as an album');
}

function sendMediaGroup(state: SandboxState, request: ApiRequest): object[] {
  const media = jsonOf(request, 'media', "can't parse media JSON object");
  if (!Array.isArray(media)) throw badRequest('expected an Array of InputMedia');
  checkCount(media.length);
  const items = media.map((value: unknown, index) =>
    parseMedia(state, request, value, ['photo', 'document'], (kind, file) =>
      checkItem(state, request, kind, file, index + 1),
    ),
  );
  if (new Set(items.map(({ kind }) => kind)).size > 1) {
    throw badRequest("document can't be mixed with other media types");
  }
  const { chat, fields } = placeOf(state, request);
  spend(state, chat.id, items.length);
  const group = String(randomInt(10 ** 12, 10 ** 13));
  return items.map(({ checked, caption }) => {
    const message = state.log.add({
      at: state.now(),
      from: 'bot',
      method: 'sendMediaGroup',
      ...fields,
      media_group_id: group,
      ...(caption.text === '' ? {} : { caption: caption.text }),
      entities: caption.entities,
      media: storeMedia(state, checked),
      silent: flagOf(request, 'disable_notification'),
    });
    return messageJson(state, message);
  });
}

/** Methods that send several messages. */
export const albumMethods: Methods = { sendMediaGroup };
