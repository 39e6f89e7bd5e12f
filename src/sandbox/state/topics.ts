/** The topics of forums. https://core.telegram.org/bots/api#forumtopic */
import { badRequest } from '../http/api-error.ts';
import type { SandboxTopic } from '../model.ts';

/** The id of the topic General, which every forum has. Telegram names it in no message. */
export const GENERAL = 1;

/** @see createTopics */
export interface Topics {
  /** Adds a topic with the id of the message that began it. */
  add(chatId: number, threadId: number, name: string): SandboxTopic;
  get(chatId: number, threadId: number): SandboxTopic | undefined;
  /** @throws Error if there is no such topic */
  change(chatId: number, threadId: number, change: Partial<Pick<SandboxTopic, 'closed' | 'deleted'>>): SandboxTopic;
  /** Of all forums, oldest first. */
  all(): readonly SandboxTopic[];
  /**
   * Checks that the bot may write to a topic; as an administrator it may write to a closed one.
   * @throws ApiError 400 with the server's wording
   */
  requireOpen(chatId: number, threadId: number | undefined, isAdmin: boolean): void;
}

/** No forum has a topic yet. @param changed called for each new or changed topic */
export function createTopics(changed: (topic: SandboxTopic) => void): Topics {
  const topics = new Map<string, SandboxTopic>();
  const keyOf = (chatId: number, threadId: number) => `${chatId}/${threadId}`;
  const put = (topic: SandboxTopic) => {
    topics.set(keyOf(topic.chat_id, topic.message_thread_id), topic);
    changed(topic);
    return topic;
  };
  return {
    add: (chatId, threadId, name) =>
      put({ chat_id: chatId, message_thread_id: threadId, name, closed: false, deleted: false }),
    get: (chatId, threadId) => topics.get(keyOf(chatId, threadId)),
    change(chatId, threadId, change) {
      const topic = topics.get(keyOf(chatId, threadId));
      if (topic === undefined) throw new Error(`Chat ${chatId} has no topic ${threadId}.`);
      return put({ ...topic, ...change });
    },
    all: () => [...topics.values()],
    requireOpen(chatId, threadId, isAdmin) {
      const topic = topics.get(keyOf(chatId, threadId ?? GENERAL));
      // General has no id in a call: `check_message_topic` in tdlib/telegram-bot-api.
      if (threadId === GENERAL || topic === undefined || topic.deleted) throw badRequest('message thread not found');
      if (topic.closed && !isAdmin) throw badRequest('TOPIC_CLOSED');
    },
  };
}
