/** Where a call writes: a chat, and in a forum a topic. https://core.telegram.org/bots/api#sendmessage */
import { type ApiRequest, integerOf } from '../http/fields.ts';
import type { SandboxChat } from '../model.ts';
import { requireWriter } from '../state/standings.ts';
import type { SandboxState } from '../state/state.ts';

/** A chat and the fields of a message in it. */
export interface Place {
  readonly chat: SandboxChat;
  readonly fields: { readonly chat_id: number; readonly message_thread_id?: number };
}

/**
 * The place of a call that writes. A topic counts in a forum alone: `check_message_topic` in tdlib/telegram-bot-api.
 *
 * @throws ApiError 400 or 403 with the server's wording
 */
export function placeOf(state: SandboxState, request: ApiRequest): Place {
  const chat = state.chats.resolve(request);
  const standing = state.standings.of(chat);
  if (chat.type !== 'private') requireWriter(standing, chat);
  if (chat.is_forum !== true) return { chat, fields: { chat_id: chat.id } };
  const given = integerOf(request, 'message_thread_id', 0, 0, 2 ** 31 - 1);
  const thread = given === 0 ? undefined : given;
  state.topics.requireOpen(chat.id, thread, standing.status === 'administrator');
  return { chat, fields: { chat_id: chat.id, ...(thread !== undefined && { message_thread_id: thread }) } };
}
