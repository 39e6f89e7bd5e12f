/** Ends questions: by an answer, at the deadline, by the asker, or since no place shows them. Updates their messages. */
import { sentenceOf } from '../../core/problem.ts';
import type { Question, QuestionEnd } from '../../core/questions/question.ts';
import type { Log } from '../../shared/process/log.ts';
import type { KeyedMessages } from '../../storage/ports.ts';
import type { IntakeServices } from '../api/services.ts';
import { KEPT_MS, type QuestionBook } from './question-book.ts';
import { createShowQuestion, type ShowQuestion } from './show-question.ts';

/** The longest time between two checks, ms: the host's clock may be set. */
const LONGEST_MS = 3_600_000;
/** Time until a retry after a failure to store or send, ms. */
const AGAIN_MS = 30_000;

/** @see createQuestionEnds */
export interface QuestionEnds extends Pick<ShowQuestion, 'sent' | 'seen' | 'failed' | 'isTakenBack'> {
  /** Sends a new question. @throws Problem as `IntakeServices.submit` */
  ask(question: Question): Promise<void>;
  /**
   * Ends an open question; after its deadline it expires instead.
   * @returns its new state; `undefined` if it no longer exists
   * @throws Problem `storage`
   */
  end(ref: string, end: QuestionEnd): Promise<Question | undefined>;
  /** Resumes the work of an earlier process, and ends questions at their deadline. */
  run(): void;
  stop(): Promise<void>;
}

/** When a question is due next, ms since 1970. */
const nextOf = ({ end, expiresAt }: Question) => (end === undefined ? expiresAt : end.at + KEPT_MS);

/** Creates it; it is idle before `run`. */
export function createQuestionEnds(parts: {
  readonly book: QuestionBook;
  readonly submit: IntakeServices['submit'];
  readonly keyedMessages: Pick<KeyedMessages, 'remember'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
}): QuestionEnds {
  const { book, now, log } = parts;
  const working = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  const inDoubt = new Set<string>();
  /** Whether a retry is needed. */
  let isBehind = false;
  let isStopped = false;

  async function missed({ ref, places }: Question): Promise<void> {
    const reason = places.find((place) => place.missed !== undefined)?.missed;
    await end(ref, { state: 'cancelled', at: now(), ...(reason !== undefined && { reason }) });
  }
  const show = createShowQuestion({ ...parts, missed });

  /** Runs work in the background; a failure is retried. */
  function inBackground(work: () => Promise<boolean>): void {
    const task = work()
      .catch((error: unknown) => {
        log.warn({ err: sentenceOf(error) }, 'Questions could not be looked after; it is tried again');
        return false;
      })
      .then((isDone) => {
        if (!isDone) isBehind = true;
        working.delete(task);
        plan();
      });
    working.add(task);
  }

  async function end(ref: string, wanted: QuestionEnd): Promise<Question | undefined> {
    const ended = await book.change(ref, (question) => {
      if (question.end !== undefined) return undefined;
      const isOver = now() >= question.expiresAt;
      return { ...question, end: isOver ? { state: 'expired', at: question.expiresAt } : wanted };
    });
    inBackground(() => show.close(ref));
    return ended;
  }

  /** Ends expired questions, removes those that ended long ago, and retries failures. */
  async function look(): Promise<boolean> {
    const time = now();
    const due = [...book.all()].filter((question) => nextOf(question) <= time);
    for (const { ref } of due.filter((question) => question.end === undefined)) {
      await end(ref, { state: 'expired', at: time });
    }
    await book.forget(due.filter((question) => question.end !== undefined));
    const wasBehind = isBehind;
    isBehind = false;
    return wasBehind ? resume() : true;
  }

  /** Steps that a crash or a full disk may have left undone; each is idempotent. */
  async function resume(): Promise<boolean> {
    for (const ref of inDoubt) {
      const question = book.get(ref);
      if (question !== undefined) await show.ask(question);
      inDoubt.delete(ref);
    }
    let isDone = true;
    for (const { ref } of book.all()) isDone = (await show.close(ref)) && isDone;
    return isDone;
  }

  function plan(): void {
    clearTimeout(timer);
    if (isStopped) return;
    const time = now();
    const next = Math.min(...[...book.all()].map(nextOf), time + LONGEST_MS);
    const wait = isBehind ? Math.min(AGAIN_MS, next > time ? next - time : AGAIN_MS) : next - time;
    timer = setTimeout(() => inBackground(look), Math.max(0, wait));
  }

  /** Questions that an earlier process may have sent. */
  function doubtful(): void {
    const isOpen = ({ shown, missed: why }: Question['places'][number]) => shown === undefined && why === undefined;
    for (const { ref, places } of book.all()) if (places.some(isOpen)) inDoubt.add(ref);
  }

  return {
    sent: show.sent,
    seen: show.seen,
    failed: show.failed,
    isTakenBack: show.isTakenBack,
    async ask(question) {
      await show.ask(question);
      plan();
    },
    end,
    run() {
      doubtful();
      inBackground(async () => {
        await look();
        return resume();
      });
    },
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await Promise.all(working);
    },
  };
}
