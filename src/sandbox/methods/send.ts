/** `sendMessage`, `sendPhoto`, `sendDocument`, `sendChatAction`. https://core.telegram.org/bots/api#sendmessage */
import { badRequest } from '../http/api-error.ts';
import { type ApiRequest, flagOf, textOf } from '../http/fields.ts';
import type { SandboxMedia } from '../model.ts';
import { type SandboxState, spend } from '../state/state.ts';
import { readCaption, readText } from '../text/formatted.ts';
import { readMarkup } from '../text/markup.ts';
import { checkMedia, storeMedia } from './input-media.ts';
import { messageJson } from './message-json.ts';
import type { Methods } from './method.ts';

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

function sendMessage(world: SandboxState, request: ApiRequest): object {
  const { text, entities } = readText(request);
  const chat = world.chats.resolve(request);
  const markup = readMarkup(request);
  spend(world, chat.id, 1);
  const message = world.log.add({
    at: world.now(),
    from: 'bot',
    method: 'sendMessage',
    chat_id: chat.id,
    text,
    entities,
    silent: flagOf(request, 'disable_notification'),
    ...(markup === undefined ? {} : { reply_markup: markup }),
  });
  return messageJson(world, message);
}

function sendFile(world: SandboxState, request: ApiRequest, kind: SandboxMedia['kind'], method: string): object {
  const checked = checkMedia(world, request, kind, textOf(request, kind), kind);
  const { text: caption, entities } = readCaption(request);
  const chat = world.chats.resolve(request);
  const markup = readMarkup(request);
  spend(world, chat.id, 1);
  const message = world.log.add({
    at: world.now(),
    from: 'bot',
    method,
    chat_id: chat.id,
    ...(caption === '' ? {} : { caption }),
    entities,
    media: storeMedia(world, checked),
    silent: flagOf(request, 'disable_notification'),
    ...(markup === undefined ? {} : { reply_markup: markup }),
  });
  return messageJson(world, message);
}

function sendChatAction(world: SandboxState, request: ApiRequest): true {
  const chat = world.chats.resolve(request);
  const action = textOf(request, 'action').toLowerCase();
  if (!ACTIONS.includes(action)) throw badRequest('wrong parameter action in request');
  world.emit({ type: 'action', chat_id: chat.id, action });
  return true;
}

/** One message each. */
export const sendMethods: Methods = {
  sendMessage,
  sendPhoto: (world, request) => sendFile(world, request, 'photo', 'sendPhoto'),
  sendDocument: (world, request) => sendFile(world, request, 'document', 'sendDocument'),
  sendChatAction,
};
