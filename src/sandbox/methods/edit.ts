/** Edits and deletes messages. https://core.telegram.org/bots/api#updating-messages */
import { badRequest } from '../http/api-error.ts';
import { type ApiRequest, integerOf, jsonOf } from '../http/fields.ts';
import type { SandboxMarkup, SandboxMessage } from '../model.ts';
import type { NewContent } from '../state/message-log.ts';
import { requireWriter } from '../state/standings.ts';
import type { SandboxState } from '../state/state.ts';
import { previewOf } from '../text/detect/preview.ts';
import { readCaption, readText } from '../text/formatted.ts';
import { readMarkup } from '../text/markup.ts';
import { storeMedia } from './input-media.ts';
import { messageJson } from './message-json.ts';
import type { Methods } from './method.ts';
import { parseMedia } from './parse-media.ts';

const NOT_MODIFIED =
  'message is not modified: specified new message content and reply markup are exactly the same as a current content ' +
  'and reply markup of the message';

/** How long a message can be deleted, ms; its own messages a bot may edit for ever. https://core.telegram.org/bots/api#deletemessage */
const DELETABLE_MS = 48 * 3_600_000;

function findMessage(state: SandboxState, request: ApiRequest, purpose: string): SandboxMessage {
  const id = integerOf(request, 'message_id', 0, 0, Number.MAX_SAFE_INTEGER);
  if (id === 0) throw badRequest('message identifier is not specified');
  const chat = state.chats.resolve(request);
  const message = state.log.get(chat.id, id);
  if (message === undefined) throw badRequest(`message to ${purpose} not found`);
  return message;
}

function toEdit(state: SandboxState, request: ApiRequest): SandboxMessage {
  const chat = state.chats.resolve(request);
  if (chat.type !== 'private') requireWriter(state.standings.of(chat), chat);
  const message = findMessage(state, request, 'edit');
  if (message.from !== 'bot') throw badRequest("message can't be edited");
  return message;
}

/** A key for comparing contents, independent of the order of fields. */
function contentKey({ text, caption, entities, media, reply_markup }: NewContent): string {
  return JSON.stringify([text ?? '', caption ?? '', entities, media?.file_id, reply_markup?.inline_keyboard ?? []]);
}

function apply(state: SandboxState, message: SandboxMessage, content: NewContent): object {
  const edited = { ...(message.media === undefined ? {} : { media: message.media }), ...content };
  if (contentKey(message) === contentKey(edited)) throw badRequest(NOT_MODIFIED);
  return messageJson(state, state.log.edit(message, edited, state.now()));
}

const markupField = (markup: SandboxMarkup | undefined) => (markup === undefined ? {} : { reply_markup: markup });

function editMessageText(state: SandboxState, request: ApiRequest): object {
  const formatted = readText(request);
  const { text, entities } = formatted;
  const preview = previewOf(request, formatted);
  const message = toEdit(state, request);
  if (message.media !== undefined) throw badRequest('there is no text in the message to edit');
  return apply(state, message, { text, entities, ...preview, ...markupField(readMarkup(request)) });
}

function editMessageCaption(state: SandboxState, request: ApiRequest): object {
  const { text: caption, entities } = readCaption(request);
  const message = toEdit(state, request);
  if (message.media === undefined) throw badRequest('there is no caption in the message to edit');
  return apply(state, message, {
    ...(caption === '' ? {} : { caption }),
    entities,
    ...markupField(readMarkup(request)),
  });
}

/** Also turns a text into a file; an album keeps to its kind. `edit_message_media` in td/telegram/MessagesManager.cpp */
function editMessageMedia(state: SandboxState, request: ApiRequest): object {
  const given = jsonOf(request, 'media', "can't parse input media JSON object");
  const { kind, checked, caption } = parseMedia(state, request, given);
  const message = toEdit(state, request);
  if (message.media_group_id !== undefined && message.media?.kind !== kind) {
    throw badRequest("can't change media type in the album");
  }
  const markup = readMarkup(request);
  return apply(state, message, {
    ...(caption.text === '' ? {} : { caption: caption.text }),
    entities: caption.entities,
    media: storeMedia(state, checked),
    ...markupField(markup),
  });
}

function editMessageReplyMarkup(state: SandboxState, request: ApiRequest): object {
  const message = toEdit(state, request);
  const { text, caption, entities } = message;
  return apply(state, message, {
    ...(text === undefined ? {} : { text }),
    ...(caption === undefined ? {} : { caption }),
    entities,
    ...markupField(readMarkup(request)),
  });
}

function deleteMessage(state: SandboxState, request: ApiRequest): true {
  const message = findMessage(state, request, 'delete');
  const chat = state.chats.open(message.chat_id);
  const { status, can_delete_messages } = state.standings.of(chat);
  const mayDeleteAll = status === 'administrator' && can_delete_messages === true;
  const isOld = state.now() - message.at > DELETABLE_MS;
  const isOthers = message.from !== 'bot' && chat.type !== 'private';
  if (!mayDeleteAll && (isOld || isOthers)) throw badRequest("message can't be deleted for everyone");
  state.log.remove(message);
  return true;
}

/** An edit without `reply_markup` removes the buttons, like the server does. */
export const editMethods: Methods = {
  editMessageText,
  editMessageCaption,
  editMessageMedia,
  editMessageReplyMarkup,
  deleteMessage,
};
