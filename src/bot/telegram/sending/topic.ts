/** What becomes of a message for a topic that takes none. https://core.telegram.org/bots/api#forumtopic */
import { GrammyError } from 'grammy';
import type { ReplacedOutcome } from '../../../core/delivery/outcome.ts';
import { type Destination, personOf } from '../../../core/destination.ts';
import { type Part, stepOf } from '../part.ts';
import { type TopicRefusal, topicRefusal } from './chat-refusal.ts';

const STATES: Readonly<Record<TopicRefusal, string>> = {
  closed: 'is closed',
  gone: 'does not exist any more',
};

/** Says why messages for a topic come to its group. */
function noteOn(name: string, why: TopicRefusal): Part {
  const person = personOf(name);
  const whose = person === undefined ? name : `the link of ${person}`;
  const again = person === undefined ? 'registered' : 'linked';
  const text = `ℹ️ The topic of ${whose} ${STATES[why]}. Its messages come here until it is ${again} again.`;
  return { kind: 'text', body: { text, entities: [] }, silent: true };
}

/**
 * A part as it goes to the group of a topic that refuses it, with a note before it; `undefined` where no topic refused.
 *
 * @param error of the call
 */
export function outsideTopic(part: Part, error: unknown, destination: Destination): ReplacedOutcome<Part> | undefined {
  const { threadId, ...to } = destination;
  if (threadId === undefined || !(error instanceof GrammyError) || error.error_code !== 400) return undefined;
  const why = topicRefusal(error.description);
  if (why === undefined) return undefined;
  const reason = `Its topic ${STATES[why]}, so its messages go to the group until it is registered again.`;
  return { kind: 'replaced', steps: [noteOn(to.name, why), part].map(stepOf), elsewhere: { to, reason } };
}
