/** How questions end: by an answer, by time, by who asked, or since nobody can see them. Its messages then say so. */
import { sentenceOf } from '../../core/problem.ts';
import type { Question, QuestionEnd } from '../../core/questions/question.ts';
import type { Log } from '../../shared/process/log.ts';
import type { KeyedMessages } from '../../storage/ports.ts';
import type { IntakeServices } from '../api/services.ts';
import { KEPT_MS, type QuestionBook } from './question-book.ts';
import { createShowQuestion, type ShowQuestion } from './show-question.ts';

/** The longest time between two looks, ms: the host's clock may be set. */
const LONGEST_MS = 3_600_000;
/** Until what could not be stored or sent is tried again, ms. */
const AGAIN_MS = 30_000;

/** @see createQuestionEnds */
export interface QuestionEnds extends Pick<ShowQuestion, 'sent' | 'seen' | 'failed' | 'isTakenBack'> {
  /** Sends a new question. @throws Problem as `IntakeServices.submit` */
  ask(question: Question): Promise<void>;
  /**
   * Ends a question that is open, in time; one whose time is over has expired.
   * @returns as it is now; `undefined` where it is gone
   * @throws Problem `storage`
   */
  end(ref: string, end: QuestionEnd): Promise<Question | undefined>;
  /** Goes on with what an earlier process left, and ends questions when their time is over. */
  run(): void;
  stop(): Promise<void>;
}

/** When something has to be done for a question next, ms since 1970. */
const nextOf = ({ end, expiresAt }: Question) => (end === undefined ? expiresAt : end.at + KEPT_MS);

/** Creates it; nothing happens before `run` by itself. */
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
  /** Whether something is to be tried again. */
  let isBehind = false;
  let isStopped = false;

  async function missed({ ref, places }: Question): Promise<void> {
    const reason = places.find((place) => place.missed !== undefined)?.missed;
    await end(ref, { state: 'cancelled', at: now(), ...(reason !== undefined && { reason }) });
  }
  const show = createShowQuestion({ ...parts, missed });

  /** Does work in the background; a failure is tried again. */
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

  /** Ends what is over, forgets what ended long ago, and tries again what failed. */
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

  /** What a crash, or a full disk, may have left undone: each step is idempotent. */
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

  /** Of these it is not known whether an earlier process sent them. */
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
