import { expect, test } from 'vitest';
import { chatRefusal, refusesChat } from '../../../../src/bot/telegram/sending/chat-refusal.ts';

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
  ['Bad Request: have no write access to the chat', 400, /has to allow it/],
  ['Bad Request: CHAT_RESTRICTED', 400, /has to allow it/],
  ['Bad Request: USER_BANNED_IN_CHANNEL', 400, /has to allow it/],
  ["Bad Request: can't access the chat", 400, /add it there again/],
  ['Bad Request: CHANNEL_PRIVATE', 400, /add it there again/],
  ['Bad Request: TOPIC_CLOSED', 400, /topic of this group was closed/],
  ['Bad Request: message thread not found', 400, /topic of this group was closed/],
  ['Bad Request: invalid chat identifier specified', 400, /does not exist for the bot/],
  ['Bad Request: ALLOW_PAYMENT_REQUIRED_25', 400, /only for payment/],
  ['Bad Request: USER_DELETED', 400, /account of this chat was deleted/],
  ['Forbidden: something new', 403, /^Telegram accepts no message for this chat/],
])('%s says what happened and what helps', (description, code, expected) => {
  const sentence = chatRefusal(description, code);
  expect(sentence).toMatch(expected);
  expect(sentence).toMatch(/^[A-Z][^\n]*\.$/);
  expect(sentence).toContain(`(${description}, ${code})`);
  if (code === 400) expect(refusesChat(description)).toBe(true);
});

test.each([
  'Bad Request: message is too long',
  'Bad Request: not enough rights to send photos to the chat',
  'Bad Request: CHAT_SEND_PHOTOS_FORBIDDEN',
  'Bad Request: VOICE_MESSAGES_FORBIDDEN',
  'Bad Request: chat is too big',
  'Bad Request: message to be replied not found',
  'Bad Request: IMAGE_PROCESS_FAILED',
])('%s concerns the message', (description) => {
  expect(refusesChat(description)).toBe(false);
});
