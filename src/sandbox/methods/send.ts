/** `sendMessage`, `sendPhoto`, `sendAnimation`, `sendVideo`, `sendDocument`, `sendChatAction`. https://core.telegram.org/bots/api#sendmessage */
import { badRequest } from '../http/api-error.ts';
import { type ApiRequest, flagOf, textOf } from '../http/fields.ts';
import type { SandboxMedia } from '../model.ts';
import { type SandboxState, spend } from '../state/state.ts';
import { previewOf } from '../text/detect/preview.ts';
import { readCaption, readText } from '../text/formatted.ts';
import { readMarkup } from '../text/markup.ts';
import { checkMedia, storeMedia } from './input-media.ts';
import { messageJson } from './message-json.ts';
import type { Methods } from './method.ts';
import { placeOf } from './place.ts';

const ACTIONS = [
  'typing',
  'upload_photo',
  'record_video',
  'upload_video',
  'record_voice',
  'upload_voice',
  'upload_document',
  'choose_sticker',
  'find_location',
  'record_video_note',
  'upload_video_note',
];

function sendMessage(state: SandboxState, request: ApiRequest): object {
  const formatted = readText(request);
  const { text, entities } = formatted;
  const preview = previewOf(request, formatted);
  const { chat, fields } = placeOf(state, request);
  const markup = readMarkup(request);
  spend(state, chat.id, 1);
  const message = state.log.add({
    at: state.now(),
    from: 'bot',
    method: 'sendMessage',
    ...fields,
    text,
    entities,
    ...preview,
    silent: flagOf(request, 'disable_notification'),
    ...(markup === undefined ? {} : { reply_markup: markup }),
  });
  return messageJson(state, message);
}

function sendFile(state: SandboxState, request: ApiRequest, kind: SandboxMedia['kind'], method: string): object {
  const checked = checkMedia(state, request, kind, textOf(request, kind), kind);
  const { text: caption, entities } = readCaption(request);
  const { chat, fields } = placeOf(state, request);
  const markup = readMarkup(request);
  spend(state, chat.id, 1);
  const message = state.log.add({
    at: state.now(),
    from: 'bot',
    method,
    ...fields,
    ...(caption === '' ? {} : { caption }),
    entities,
    media: storeMedia(state, checked),
    silent: flagOf(request, 'disable_notification'),
    ...(markup === undefined ? {} : { reply_markup: markup }),
  });
  return messageJson(state, message);
}

function sendChatAction(state: SandboxState, request: ApiRequest): true {
  const { chat } = placeOf(state, request);
  const action = textOf(request, 'action').toLowerCase();
  if (!ACTIONS.includes(action)) throw badRequest('wrong parameter action in request');
  state.emit({ type: 'action', chat_id: chat.id, action });
  return true;
}

/** Methods that send one message. */
export const sendMethods: Methods = {
  sendMessage,
  sendPhoto: (state, request) => sendFile(state, request, 'photo', 'sendPhoto'),
  sendAnimation: (state, request) => sendFile(state, request, 'animation', 'sendAnimation'),
  sendVideo: (state, request) => sendFile(state, request, 'video', 'sendVideo'),
  sendDocument: (state, request) => sendFile(state, request, 'document', 'sendDocument'),
  sendChatAction,
};
