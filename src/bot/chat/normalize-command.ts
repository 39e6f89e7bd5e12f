import type { Message, Update } from 'grammy/types';

/** `/start`, `/Start@bot` at the beginning of a message. */
const COMMAND = /^\/([a-z0-9_]{1,32})(@\w+)?/i;

/**
 * Returns the update with its command as the router expects it: in lower case, since phones begin a message with a
 * capital letter, and marked as a command, which not every Bot API server does.
 */
export function normalizeCommand(update: Update): Update {
  if (update.channel_post !== undefined) return { ...update, channel_post: normalized(update.channel_post) };
  return update.message === undefined ? update : { ...update, message: normalized(update.message) };
}

function normalized<M extends Message>(message: M): M {
  const [word, name, to = ''] = COMMAND.exec(message.text ?? '') ?? [];
  if (message.text === undefined || word === undefined || name === undefined) return message;
  const text = `/${name.toLowerCase()}${to}${message.text.slice(word.length)}`;
  const mark = { type: 'bot_command' as const, offset: 0, length: word.length };
  const others = (message.entities ?? []).filter(({ type, offset }) => type !== 'bot_command' || offset > 0);
  return { ...message, text, entities: [mark, ...others] };
}
