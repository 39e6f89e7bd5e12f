import type { SandboxChat, SandboxMedia, SandboxMessage } from '../model.ts';
import { userOf } from '../state/chats.ts';
import type { SandboxState } from '../state/state.ts';

const seconds = (ms: number) => Math.floor(ms / 1000);

function mediaJson(media: SandboxMedia): object {
  const file = { file_id: media.file_id, file_unique_id: media.file_id.slice(4, 20), file_size: media.size };
  if (media.kind === 'photo') return { photo: [{ ...file, width: media.width, height: media.height }] };
  const document = { ...file, file_name: media.name, mime_type: media.type };
  if (media.kind === 'video') return { video: document };
  return media.kind === 'animation' ? { animation: document, document } : { document };
}

/** Nobody signs what stands in a channel. */
function authorOf(state: SandboxState, message: SandboxMessage, chat: SandboxChat): object {
  if (chat.type === 'channel') return { sender_chat: chat };
  return { from: message.from === 'bot' ? state.bot : (message.sender ?? userOf(message.chat_id)) };
}

/** A message as a Bot API object. https://core.telegram.org/bots/api#message */
export function messageJson(state: SandboxState, message: SandboxMessage): object {
  const { text, caption, entities, media, reply_markup, media_group_id, message_thread_id } = message;
  const chat = state.chats.open(message.chat_id);
  const edited = message.edits.at(-1);
  const hasEntities = entities.length > 0;
  return {
    message_id: message.message_id,
    ...authorOf(state, message, chat),
    chat,
    ...(message_thread_id === undefined ? {} : { message_thread_id }),
    // A thread of replies in another group is no topic.
    ...(message_thread_id !== undefined && chat.is_forum === true ? { is_topic_message: true } : {}),
    date: seconds(message.at),
    ...(edited === undefined ? {} : { edit_date: seconds(edited.at) }),
    ...(media_group_id === undefined ? {} : { media_group_id }),
    ...(text === undefined ? {} : { text, ...(hasEntities ? { entities } : {}) }),
    ...(media === undefined ? {} : mediaJson(media)),
    ...(caption === undefined ? {} : { caption, ...(hasEntities ? { caption_entities: entities } : {}) }),
    ...(reply_markup?.inline_keyboard === undefined ? {} : { reply_markup }),
  };
}
