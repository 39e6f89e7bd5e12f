/** Answers for a topic that takes none: it was closed or deleted after somebody asked there. */
import type { Transformer } from 'grammy';
import { type TopicRefusal, topicRefusal } from '../../telegram/sending/chat-refusal.ts';

const LINES: Readonly<Record<TopicRefusal, string>> = {
  closed: 'This was asked in a topic that is closed now.',
  gone: 'This was asked in a topic that does not exist any more.',
};
/** UTF-16 units of a message and of a caption, and what both are called. https://core.telegram.org/bots/api#sendmessage */
const TEXTS = [
  ['text', 4096],
  ['caption', 1024],
] as const;

/** The same call without the topic, with a line that says so at the end, where it moves no entity. */
function outside(payload: object, why: TopicRefusal): object {
  const { message_thread_id: _topic, ...rest } = payload as Record<string, unknown>;
  for (const [field, longest] of TEXTS) {
    const words = rest[field];
    if (typeof words !== 'string') continue;
    const longer = `${words}\n\n${LINES[why]}`;
    // An answer that leaves no room for the line is worth more than the line.
    return longer.length > longest ? rest : { ...rest, [field]: longer };
  }
  return rest;
}

/**
 * Makes a call that a topic refuses once more without the topic, into the group itself, with a line that says why it is
 * there. https://core.telegram.org/bots/api#forumtopic
 */
export const topicFallback: Transformer = async (call, method, payload, signal) => {
  const answer = await call(method, payload, signal);
  if (answer.ok || answer.error_code !== 400 || !('message_thread_id' in payload)) return answer;
  const why = topicRefusal(answer.description);
  return why === undefined ? answer : call(method, outside(payload, why) as typeof payload, signal);
};
