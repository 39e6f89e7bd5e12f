/**
 * Questions: a program asks, and people answer by a button.
 *
 * Promises: a question is durable before the asker gets a response, and its answer before anybody sees it; the first
 * answer counts, everywhere; both survive restarts; every message of a question shows its end, even if the service was
 * killed in between.
 */
import { createHash, randomBytes } from 'node:crypto';
import { accountKey, type KnownAccount } from '../../core/account.ts';
import type { FeaturePresses } from '../../core/chat/press.ts';
import type { Route } from '../../core/destination.ts';
import { Problem } from '../../core/problem.ts';
import { type Question, type QuestionDraft, questionRef, REF_LENGTH } from '../../core/questions/question.ts';
import { createKeyedMutex } from '../../shared/process/keyed-mutex.ts';
import type { Log } from '../../shared/process/log.ts';
import type { Module } from '../../shared/process/module-list.ts';
import type { KeyedMessages, Mutes, Records } from '../../storage/ports.ts';
import type { IntakeServices, QuestionServices } from '../api/services.ts';
import type { DeliveryModule } from '../delivery/delivery.ts';
import { isMuted } from '../delivery/muted.ts';
import type { EventBus } from '../events/event-bus.ts';
import { createAnswering } from './answering.ts';
import type { RightsParts } from './may-answer.ts';
import { createQuestionBook, type QuestionBounds } from './question-book.ts';
import { createQuestionEnds } from './question-ends.ts';
import { FEATURE, PRESS_NAME } from './question-message.ts';

/** Dependencies of the module. */
export interface QuestionParts extends RightsParts {
  readonly questionRecords: Records;
  readonly mutes: Pick<Mutes, 'isMuted'>;
  readonly submit: IntakeServices['submit'];
  readonly keyedMessages: Pick<KeyedMessages, 'remember'>;
  readonly onBeforeSend: DeliveryModule['onBeforeSend'];
  readonly bus: EventBus;
  /** Aborted when the service stops; requests that wait for an answer then return without one. */
  readonly stopping: AbortSignal;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
  /** Fewer questions, for tests. */
  readonly bounds?: QuestionBounds;
}

/** @see createQuestions */
export interface QuestionModule {
  /** The services of the API. */
  readonly services: QuestionServices;
  /** The handlers for the chat. */
  readonly presses: FeaturePresses;
  readonly module: Module;
}

const digestOf = ({ text, choices, timeoutMs, may }: QuestionDraft, routes: readonly Route[]): string =>
  createHash('sha256')
    .update(JSON.stringify([text, choices, timeoutMs, may ?? null, routes.map(({ destination }) => destination.name)]))
    .digest('base64url');

/** Creates the module; nothing is read before it starts. */
export function createQuestions(parts: QuestionParts): QuestionModule {
  const { questionRecords, mutes, bus, stopping, now, log } = parts;
  const book = createQuestionBook(questionRecords, log, parts.bounds);
  const ends = createQuestionEnds({ ...parts, book });
  const inTurn = createKeyedMutex();

  /** @throws Problem `chat_muted`: nobody would see the question, so the asker should not wait */
  async function requireHearing(owner: KnownAccount, routes: readonly Route[]): Promise<void> {
    const muted = await Promise.all(
      routes.map(({ destination: { name: to }, person }) => isMuted(mutes, { account: owner, to }, person?.uid)),
    );
    if (muted.includes(false)) return;
    const names = routes.map(({ destination }) => destination.name).join(', ');
    throw new Problem(
      'chat_muted',
      `${names} is muted, so nobody would see the question: /unmute in the chat ends that.`,
    );
  }

  async function askOnce(draft: QuestionDraft, routes: readonly Route[]): Promise<Question> {
    const { owner, text, choices, may, timeoutMs, id } = draft;
    const digest = digestOf(draft, routes);
    const known = id === undefined ? undefined : book.find(owner, id);
    if (known?.digest === digest) return known;
    if (known !== undefined) {
      throw new Problem('id_conflict', 'id: another question was asked under this id in the last 24 hours.');
    }
    await requireHearing(owner, routes);
    const ref = questionRef(randomBytes(REF_LENGTH));
    const askedAt = now();
    const question: Question = {
      ref,
      id: id ?? ref,
      owner,
      text,
      choices,
      ...(may !== undefined && { may }),
      places: routes.map((route) => ({ route })),
      digest,
      askedAt,
      expiresAt: askedAt + timeoutMs,
    };
    await book.add(question);
    try {
      await ends.ask(question);
    } catch (error) {
      await book.forget([question]);
      throw error;
    }
    return book.get(ref) ?? question;
  }

  function required(owner: KnownAccount, id: string): Question {
    const question = book.find(owner, id);
    if (question !== undefined) return question;
    throw new Problem('unknown_question', `${owner.user} has asked no question ${JSON.stringify(id)} in the last day.`);
  }

  /** Waits until a question ends, the wait times out, or the service stops. */
  function ended(ref: string, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        unwatch();
        stopping.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      const unwatch = book.watch(ref, () => {
        if (book.get(ref)?.end !== undefined) end();
      });
      stopping.addEventListener('abort', end);
    });
  }

  let unsubscribe = () => {};
  return {
    services: {
      async ask(draft, routes) {
        let asked: Question | undefined;
        await inTurn(accountKey(draft.owner), async () => {
          asked = await askOnce(draft, routes);
        });
        if (asked === undefined) throw new Error('A question was neither asked nor refused.');
        return asked;
      },
      async question(owner, id, waitMs) {
        const { ref, end } = required(owner, id);
        if (end === undefined && waitMs > 0 && !stopping.aborted) await ended(ref, waitMs);
        return required(owner, id);
      },
      async cancelQuestion(owner, id, { name }) {
        const { ref } = required(owner, id);
        await ends.end(ref, { state: 'cancelled', at: now(), by: name });
        return required(owner, id);
      },
    },
    presses: { [PRESS_NAME]: createAnswering({ ...parts, book, end: ends.end, seen: ends.seen }) },
    module: {
      name: 'questions',
      async start() {
        parts.onBeforeSend(FEATURE, ends.isTakenBack);
        await book.open();
        unsubscribe = bus.subscribe({
          'delivery.sent': ({ delivery }) => ends.sent(delivery),
          'delivery.failed': ({ delivery, reason }) => ends.failed(delivery, reason),
        });
      },
      run: ends.run,
      async stop() {
        unsubscribe();
        await ends.stop();
        await book.close();
      },
    },
  };
}
