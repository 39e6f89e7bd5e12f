/** Reactions and drafts. https://core.telegram.org/bots/api#setmessagereaction */
import { badRequest } from '../http/api-error.ts';
import { type ApiRequest, flagOf, integerOf, isObject, jsonOf } from '../http/fields.ts';
import { type SandboxState, spend } from '../state/state.ts';
import { readText } from '../text/formatted.ts';
import type { Methods } from './method.ts';
import { placeOf } from './place.ts';

/** The emoji that a bot may react with. https://core.telegram.org/bots/api#reactiontypeemoji */
const REACTIONS = new Set(
  (
    '👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 ' +
    '👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡'
  ).split(' '),
);

function emojiOf(value: unknown): string {
  if (!isObject(value)) throw badRequest("can't parse reaction type: expected an Object");
  const { type, emoji } = value;
  if (type !== 'emoji' || typeof emoji !== 'string') throw badRequest('REACTION_INVALID');
  if (!REACTIONS.has(emoji)) throw badRequest('REACTION_INVALID');
  return emoji;
}

function setMessageReaction(state: SandboxState, request: ApiRequest): true {
  const list = jsonOf(request, 'reaction', "can't parse reaction types JSON object") ?? [];
  if (!Array.isArray(list)) throw badRequest('expected an Array of ReactionType');
  const emoji = list.map(emojiOf);
  const chat = state.chats.resolve(request);
  const message = state.log.get(chat.id, integerOf(request, 'message_id', 0, 0, Number.MAX_SAFE_INTEGER));
  if (message === undefined) throw badRequest('message to react not found');
  // A bot has one reaction to a message.
  if (emoji.length > 1) throw badRequest('REACTIONS_TOO_MANY');
  state.log.react(message, emoji[0]);
  return true;
}

/** A text that is being written, which ends with the message. https://core.telegram.org/bots/api#sendmessagedraft */
function sendMessageDraft(state: SandboxState, request: ApiRequest): true {
  const text = readText(request);
  const { chat } = placeOf(state, request);
  const id = integerOf(request, 'draft_id', 0, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  if (id === 0) throw badRequest('draft_id must be non-zero');
  if (chat.type !== 'private') throw badRequest('PEER_ID_INVALID');
  spend(state, chat.id, 1);
  state.drafts.add({ at: state.now(), chat_id: chat.id, draft_id: id, text, can_stop: flagOf(request, 'can_stop') });
  state.emit({ type: 'draft', chat_id: chat.id, draft_id: id, text });
  return true;
}

/** Methods that add to a chat without a message. */
export const reactMethods: Methods = { setMessageReaction, sendMessageDraft };
