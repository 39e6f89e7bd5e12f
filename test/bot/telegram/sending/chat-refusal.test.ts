import { expect, test } from 'vitest';
import { chatRefusal } from '../../../../src/bot/telegram/sending/chat-refusal.ts';

// The descriptions as telegram-bot-api spells them.
test.each([
  ['Forbidden: bot was blocked by the user', 403, /unblock it/],
  ['Forbidden: user is deactivated', 403, /account of this chat was deleted/],
  ["Forbidden: bot can't initiate conversation with a user", 403, /send it \/start/],
  ["Forbidden: bot can't send messages to bots", 403, /another bot’s/],
  ['Forbidden: bot was kicked from the group chat', 403, /add it there again/],
  ['Forbidden: bot was kicked from the supergroup chat', 403, /add it there again/],
  ['Forbidden: bot is not a member of the channel chat', 403, /add it there again/],
  ['Forbidden: the group chat was deleted', 403, /group was deleted/],
  ['Bad Request: group chat was deactivated', 400, /group was deleted/],
  ['Bad Request: chat not found', 400, /does not exist for the bot/],
  ['Bad Request: PEER_ID_INVALID', 400, /does not exist for the bot/],
  ['Bad Request: CHAT_WRITE_FORBIDDEN', 400, /has to allow it/],
  ['Bad Request: not enough rights to send text messages to the chat', 400, /has to allow it/],
  ['Bad Request: need administrator rights in the channel chat', 400, /has to allow it/],
  ['Forbidden: something new', 403, /^Telegram accepts no message for this chat/],
])('%s says what happened and what helps', (description, code, expected) => {
  const sentence = chatRefusal(description, code);
  expect(sentence).toMatch(expected);
  expect(sentence).toMatch(/^[A-Z][^\n]*\.$/);
  expect(sentence).toContain(`(${description}, ${code})`);
});
