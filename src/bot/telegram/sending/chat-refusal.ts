/**
 * What it means that Telegram accepts no message for a chat, and what a person can do about it. The descriptions are those
 * of telegram-bot-api: `fail_query_with_error` and the checks of members in Client.cpp.
 */

/** The description, and the sentence without its period. */
const SENTENCES: ReadonlyArray<readonly [RegExp, string]> = [
  [/blocked by the user/i, 'The bot is blocked in this chat; open the chat in Telegram and unblock it'],
  [/user is deactivated/i, 'The Telegram account of this chat was deleted; link another one with notify-runner link'],
  [/can't initiate conversation/i, 'This person has not written to the bot yet; send it /start in Telegram'],
  [/send messages to bots/i, 'This chat is another bot’s; link a person or a group with notify-runner link'],
  [
    /bot was kicked|bot is not a member/i,
    'The bot was removed from this group or channel; add it there again, or link another chat with notify-runner link',
  ],
  [
    /chat was (deactivated|deleted)/i,
    'This group was deleted, or became another one; link the new one with notify-runner link',
  ],
  [/chat not found|PEER_ID_INVALID/i, 'This chat does not exist for the bot; link again with notify-runner link'],
  [
    /CHAT_WRITE_FORBIDDEN|not enough rights to send|need administrator rights|have no rights to send/i,
    'The bot may not write in this group or channel; one of its admins has to allow it to send messages',
  ],
];

/**
 * A sentence for a refusal that concerns the chat as a whole.
 *
 * @param description Telegram's
 * @param code Telegram's `error_code`
 */
export function chatRefusal(description: string, code: number): string {
  const known = SENTENCES.find(([pattern]) => pattern.test(description))?.[1];
  return `${known ?? 'Telegram accepts no message for this chat'} (${description}, ${code}).`;
}
