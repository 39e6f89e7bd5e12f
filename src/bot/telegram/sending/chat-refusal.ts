/**
 * What it means that Telegram accepts no message for a chat, and what a person can do about it. The descriptions are those
 * of telegram-bot-api (`check_chat_access` and `fail_query_with_error` in Client.cpp) and of tdlib, on which it stands
 * (`can_send_message_to_dialog`, `process_send_message_fail_error`, `can_send_message_content`); those in capitals come from
 * Telegram's servers, and tdlib turns most of their 403 into 400.
 */

/** How a chat came to be one that the bot writes to: a person linked it, or somebody registered it for others. */
export type ChatKind = 'linked' | 'registered';

/** What else helps. */
const AGAIN: Readonly<Record<ChatKind, string>> = {
  linked: 'link another chat with notify-runner link',
  registered: 'register another place with notify-runner destination add',
};

/** The descriptions, and the sentence without its period. */
const REFUSALS: ReadonlyArray<readonly [RegExp, string]> = [
  [/blocked by the user/i, 'The bot is blocked in this chat; open the chat in Telegram and unblock it'],
  [/user is deactivated|USER_DELETED|USER_DEACTIVATED/i, 'The Telegram account of this chat was deleted; {again}'],
  [/can't initiate conversation/i, 'This person has not written to the bot yet; send it /start in Telegram'],
  [/send messages to (?:bots|the bot)|USER_BOT_INVALID|USER_IS_BOT/i, 'This chat is another bot’s; {again}'],
  [
    /bot was kicked|bot is not a member|CHANNEL_PRIVATE|CHANNEL_PUBLIC_GROUP_NA|CHAT_FORBIDDEN|can't access the chat|chat is not accessible/i,
    'The bot was removed from this group or channel; add it there again, or {again}',
  ],
  [/chat was (?:deactivated|deleted)/i, 'This group was deleted, or became another one; {again}'],
  [
    /TOPIC_CLOSED|TOPIC_DELETED|TOPIC_ID_INVALID|message thread not found|topic identifier specified|doesn't have topics/i,
    'The topic of this group was closed or deleted; reopen it, or {again}',
  ],
  [
    /chat not found|PEER_ID_INVALID|CHANNEL_INVALID|CHAT_ID_INVALID|invalid chat identifier|chat_id is empty/i,
    'This chat does not exist for the bot; {again}',
  ],
  [
    /ALLOW_PAYMENT_REQUIRED|PRIVACY_PREMIUM_REQUIRED/i,
    'This chat takes messages only for payment, or from Premium accounts; its owner has to make an exception for the bot',
  ],
  [/YOU_BLOCKED_USER/i, 'The bot has blocked this person; {again}'],
  [
    /CHAT_WRITE_FORBIDDEN|CHAT_SEND_PLAIN_FORBIDDEN|CHAT_GUEST_SEND_FORBIDDEN|CHAT_ADMIN_REQUIRED|CHAT_RESTRICTED|USER_RESTRICTED|USER_BANNED_IN_CHANNEL|not enough rights to send text|need administrator rights|have no rights to send a message|have no write access/i,
    'The bot may not write in this group or channel; one of its admins has to allow it to send messages',
  ],
];

const sentenceFor = (description: string) => REFUSALS.find(([pattern]) => pattern.test(description))?.[1];

/** How a topic of a forum refuses a message. */
export type TopicRefusal = 'closed' | 'gone';

const TOPIC_REFUSALS: ReadonlyArray<readonly [RegExp, TopicRefusal]> = [
  [/TOPIC_CLOSED/i, 'closed'],
  [/TOPIC_DELETED|TOPIC_ID_INVALID|message thread not found|topic identifier specified|doesn't have topics/i, 'gone'],
];

/** Whether the description of a 400 means that a topic takes no message, while the rest of its group may. */
export const topicRefusal = (description: string): TopicRefusal | undefined =>
  TOPIC_REFUSALS.find(([pattern]) => pattern.test(description))?.[1];

/** Whether the description of a 400 means that the bot can't write to the chat at all. */
export const refusesChat = (description: string): boolean => sentenceFor(description) !== undefined;

/**
 * A sentence for a refusal that concerns the chat as a whole.
 *
 * @param description Telegram's
 * @param code Telegram's `error_code`
 */
export function chatRefusal(description: string, code: number, kind: ChatKind = 'linked'): string {
  const sentence = sentenceFor(description)?.replace('{again}', AGAIN[kind]);
  return `${sentence ?? 'Telegram accepts no message for this chat'} (${description}, ${code}).`;
}
