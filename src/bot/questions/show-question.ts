/** Sends the messages of questions, and tracks which messages show them. */
import type { Delivery } from '../../core/delivery/delivery.ts';
import { Problem, sentenceOf } from '../../core/problem.ts';
import type { AskedPlace, Question } from '../../core/questions/question.ts';
import type { Receipt } from '../../core/receipt.ts';
import type { Log } from '../../shared/process/log.ts';
import type { KeyedMessages } from '../../storage/ports.ts';
import type { IntakeServices } from '../api/services.ts';
import type { QuestionBook } from './question-book.ts';
import { FEATURE, questionKey, questionMessage } from './question-message.ts';

/** The id of a question's message in the queue, and of the edits that show its end. */
const askedId = (ref: string) => `ask-${ref}`;
const closedId = (ref: string, place: number) => `ask-${ref}-${place}`;

/** @see createShowQuestion */
export interface ShowQuestion {
  /**
   * Submits the message of a question to the queue, once even if called repeatedly, and reads its outcome.
   *
   * @throws Problem as `IntakeServices.submit`
   */
  ask(question: Question): Promise<void>;
  /**
   * Updates the messages of a question with its end.
   * @returns whether every one of them is in the queue. Never rejects
   */
  close(ref: string): Promise<boolean>;
  /** Telegram has accepted a message. */
  sent(delivery: Delivery<unknown>): Promise<void>;
  /**
   * A press reveals a message of a question that is not recorded: a crash lost Telegram's answer. The end will edit it.
   * @param at the place's number
   */
  seen(question: Question, at: number, shown: NonNullable<AskedPlace['shown']>): Promise<void>;
  /** Telegram rejected it permanently. */
  failed(delivery: Delivery<unknown>, reason: string): Promise<void>;
  /** Whether a message belongs to a question that is no longer open. */
  isTakenBack(delivery: Delivery<unknown>): boolean;
}

/** The state of a place from its receipt. */
function learntOf(
  { route: { destination } }: AskedPlace,
  receipt: Pick<Receipt, 'status' | 'messageIds' | 'error'>,
): Partial<AskedPlace> {
  const { status, messageIds, error } = receipt;
  // The last message of a long text has the buttons.
  const messageId = messageIds.at(-1);
  if (status === 'sent' && messageId !== undefined) return { shown: { chatId: destination.chatId, messageId } };
  if (status === 'queued' || status === 'sent') return {};
  return { missed: error ?? (status === 'muted' ? 'The chat is muted.' : `It is ${status}.`) };
}

const isKnown = ({ shown, missed }: AskedPlace) => shown !== undefined || missed !== undefined;

/** The question with new states of its places; `undefined` if nothing changed. */
function withLearnt(question: Question, learnt: ReadonlyMap<number, Partial<AskedPlace>>): Question | undefined {
  const isNew = (place: AskedPlace, at: number) => !isKnown(place) && Object.keys(learnt.get(at) ?? {}).length > 0;
  if (!question.places.some(isNew)) return undefined;
  const places = question.places.map((place, at) => (isNew(place, at) ? { ...place, ...learnt.get(at) } : place));
  return { ...question, places };
}

/** @param parts.missed called when an open question is shown at no place */
export function createShowQuestion(parts: {
  readonly book: QuestionBook;
  readonly submit: IntakeServices['submit'];
  readonly keyedMessages: Pick<KeyedMessages, 'remember'>;
  readonly missed: (question: Question) => Promise<void>;
  readonly log: Log;
}): ShowQuestion {
  const { book, submit, keyedMessages, missed, log } = parts;

  async function learn(ref: string, learnt: ReadonlyMap<number, Partial<AskedPlace>>): Promise<void> {
    const now = await book.change(ref, (question) => withLearnt(question, learnt));
    if (now === undefined) return;
    if (now.end !== undefined) await close(ref);
    else if (now.places.every((place) => place.missed !== undefined)) await missed(now);
  }

  async function learnFrom({ ref, places }: Question, receipt: Receipt): Promise<void> {
    const { deliveries = [receipt] } = receipt;
    const entries = places.flatMap((place, at) => {
      const one = deliveries[at];
      return one === undefined ? [] : [[at, learntOf(place, one)] as const];
    });
    await learn(ref, new Map(entries));
  }

  async function closeAt(question: Question, place: AskedPlace, at: number): Promise<void> {
    const { ref } = question;
    const id = closedId(ref, at);
    try {
      await submit({ notification: questionMessage(question), routes: [place.route], id, digest: id, wait: 0 });
    } catch (error) {
      // The asker used this id for a message of their own.
      if (!(error instanceof Problem && error.code === 'id_conflict')) throw error;
    }
    await book.change(ref, (now) => ({
      ...now,
      places: now.places.map((one, index) => (index === at ? { ...one, isClosed: true } : one)),
    }));
  }

  async function close(ref: string): Promise<boolean> {
    const question = book.get(ref);
    if (question?.end === undefined) return true;
    try {
      for (const [at, place] of question.places.entries()) {
        if (place.shown !== undefined && place.isClosed !== true) await closeAt(question, place, at);
      }
      return true;
    } catch (error) {
      log.warn({ question: ref, err: sentenceOf(error) }, 'The end of a question could not be shown yet');
      return false;
    }
  }

  const isAsking = ({ origin, id }: Delivery<unknown>): string | undefined =>
    origin?.feature === FEATURE && id === askedId(origin.ref) ? origin.ref : undefined;

  async function learnOf(delivery: Delivery<unknown>, learnt: Partial<AskedPlace>): Promise<void> {
    const ref = isAsking(delivery);
    if (ref === undefined) return;
    await learn(ref, new Map([[delivery.fanOut?.place ?? 0, learnt]]));
  }

  return {
    async ask(question) {
      const { ref, places } = question;
      const id = askedId(ref);
      const routes = places.map(({ route }) => route);
      const receipt = await submit({ notification: questionMessage(question), routes, id, digest: id, wait: 0 });
      await learnFrom(question, receipt).catch((error: unknown) => {
        log.warn({ question: ref, err: sentenceOf(error) }, 'What became of a question could not be stored yet');
      });
    },
    close,
    async sent(delivery) {
      const { destination, messageIds } = delivery;
      const messageId = messageIds.at(-1);
      if (messageId === undefined) return;
      await learnOf(delivery, { shown: { chatId: destination.chatId, messageId } });
    },
    async seen(question, at, shown) {
      const { ref, owner } = question;
      const threadId = question.places[at]?.route.destination.threadId;
      const topic = threadId === undefined ? {} : { threadId };
      const place = { ...owner, key: questionKey(ref), chatId: shown.chatId, ...topic };
      await keyedMessages.remember(place, { messageIds: [shown.messageId], form: { kind: 'text' }, at: 0 });
      await book.change(ref, (now) => ({
        ...now,
        places: now.places.map((one, index) => (index === at ? { route: one.route, shown } : one)),
      }));
    },
    failed: (delivery, reason) => learnOf(delivery, { missed: reason }),
    isTakenBack(delivery) {
      const ref = isAsking(delivery);
      return ref !== undefined && book.get(ref)?.end !== undefined;
    },
  };
}
