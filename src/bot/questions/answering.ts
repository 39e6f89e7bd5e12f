/** Handles presses under questions. */
import type { FeaturePress, PressAnswer, Presser, PressHandler } from '../../core/chat/press.ts';
import { type AskedPlace, type Question, type QuestionEnd, readPressData } from '../../core/questions/question.ts';
import { type RightsParts, refusalOf } from './may-answer.ts';
import type { QuestionBook } from './question-book.ts';
import type { QuestionEnds } from './question-ends.ts';

/** Dependencies. */
export interface AnsweringParts extends RightsParts {
  readonly book: Pick<QuestionBook, 'get'>;
  readonly end: QuestionEnds['end'];
  readonly seen: QuestionEnds['seen'];
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const alert = (text: string): PressAnswer => ({ text, alert: true });

/**
 * The place of the question that a press belongs to. Its message is known once Telegram's answer was processed, but the
 * press may arrive before that. A message that was sent twice because a crash lost Telegram's answer has the button too.
 */
function placeOf({ places }: Question, { place, isUnder }: FeaturePress): AskedPlace | undefined {
  const { chatId, messageId } = place;
  const isHere = ({ shown }: AskedPlace) => shown?.chatId === chatId && shown.messageId === messageId;
  const mayBeHere = ({ shown, route }: AskedPlace) =>
    (shown === undefined || isUnder) && (shown?.chatId ?? route.destination.chatId) === chatId;
  return places.find(isHere) ?? places.find(mayBeHere);
}

/** The answer to a press after the question has ended. An update repeated after a crash finds its own answer. */
function afterEnd({ choices }: Question, end: QuestionEnd, { telegramId }: Presser, choice: number): PressAnswer {
  if (end.state === 'expired') return alert('Too late: the question has expired.');
  if (end.state === 'cancelled') return alert(end.by === undefined ? 'It was cancelled.' : `${end.by} cancelled it.`);
  const said = choices[end.choice] ?? '';
  return end.telegramId === telegramId && end.choice === choice
    ? { text: `✅ ${said}` }
    : alert(`${end.by} has answered: ${said}`);
}

/** Creates the handler of presses. It throws Problem `storage`, `accounts_unavailable`, `destinations_unreadable`. */
export function createAnswering(parts: AnsweringParts): PressHandler {
  const { book, end, seen, now } = parts;
  const answer = async (press: FeaturePress): Promise<PressAnswer> => {
    const pressed = readPressData(press.data);
    const question = pressed && book.get(pressed.ref);
    if (question?.choices[pressed?.choice ?? -1] === undefined || pressed === undefined) {
      return alert('This question is no longer known.');
    }
    const { ref, choice } = pressed;
    const place = placeOf(question, press);
    if (place === undefined) return alert('This button belongs to another message.');
    if (question.end !== undefined) return afterEnd(question, question.end, press.by, choice);
    const refusal = await refusalOf(parts, question, place, press);
    if (refusal !== undefined) return alert(refusal);
    const { chatId, messageId } = press.place;
    if (press.isUnder && place.shown?.messageId !== messageId) {
      await seen(question, question.places.indexOf(place), { chatId, messageId });
    }
    const { name: by, telegramId } = press.by;
    const answered = await end(ref, { state: 'answered', at: now(), choice, by, telegramId });
    if (answered?.end === undefined) return alert('This question is no longer known.');
    return afterEnd(answered, answered.end, press.by, choice);
  };
  // The question's deadline decides whether it is too late.
  return Object.assign(answer, { takesLate: true as const });
}
