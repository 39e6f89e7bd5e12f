/**
 * The questions that are open, and those that ended in the last day.
 *
 * Promises: a question, and its end, is durable before anybody sees it; changes of one question are serialized, so of two
 * concurrent answers the first counts and the second finds it.
 */
import { accountKey, type KnownAccount } from '../../core/account.ts';
import { Problem } from '../../core/problem.ts';
import type { Question } from '../../core/questions/question.ts';
import { createKeyedMutex } from '../../shared/process/keyed-mutex.ts';
import type { Log } from '../../shared/process/log.ts';
import type { RecordChange, Records } from '../../storage/ports.ts';
import { questionFrom, recordOf, removalOf } from './question-record.ts';

/** Limits of stored questions. With the longest texts and fifty destinations a question takes about 12 KB of memory. */
export interface QuestionBounds {
  /** Open questions: of one account, and of all accounts. */
  readonly open: { readonly account: number; readonly overall: number };
  /** Ended questions; beyond that the oldest is removed. */
  readonly ended: { readonly account: number; readonly overall: number };
}

/** Far more than people can answer. */
export const QUESTION_BOUNDS: QuestionBounds = {
  open: { account: 50, overall: 1_000 },
  ended: { account: 200, overall: 2_000 },
};

/** How long the end of a question is available, ms: for programs that lost their connection. */
export const KEPT_MS = 24 * 3_600_000;

/** @see createQuestionBook */
export interface QuestionBook {
  /** Reads the stored questions. @throws Problem `records_unreadable`, `storage` */
  open(): Promise<void>;
  close(): Promise<void>;
  all(): Iterable<Question>;
  get(ref: string): Question | undefined;
  /** Finds a question by the asker's id for it. */
  find(owner: KnownAccount, id: string): Question | undefined;
  /** Stores a new question. @throws Problem `too_many_questions`, `storage` */
  add(question: Question): Promise<void>;
  /**
   * Changes a question, after earlier changes of it.
   * @param change computes the new state from the present one; `undefined` changes nothing
   * @returns its new state; `undefined` if it no longer exists
   * @throws Problem `storage`; what `change` throws
   */
  change(
    ref: string,
    change: (now: Question) => Question | undefined | Promise<Question | undefined>,
  ): Promise<Question | undefined>;
  /** Removes questions. @throws Problem `storage` */
  forget(questions: readonly Question[]): Promise<void>;
  /** Calls back after each change of a question. @returns a function that unsubscribes */
  watch(ref: string, changed: () => void): () => void;
}

const nameOf = ({ uid }: KnownAccount, id: string) => `${uid} ${id}`;
const endedAt = ({ end }: Question) => end?.at ?? Number.POSITIVE_INFINITY;

/** Creates the book; it is empty until it is opened. */
export function createQuestionBook(records: Records, log: Log, bounds = QUESTION_BOUNDS): QuestionBook {
  const questions = new Map<string, Question>();
  const refs = new Map<string, string>();
  const watchers = new Map<string, Set<() => void>>();
  const inTurn = createKeyedMutex();

  function keep(question: Question): void {
    questions.set(question.ref, question);
    refs.set(nameOf(question.owner, question.id), question.ref);
  }

  function drop({ ref, owner, id }: Question): void {
    questions.delete(ref);
    refs.delete(nameOf(owner, id));
  }

  const some = (fits: (question: Question) => boolean) => [...questions.values()].filter(fits);

  /** @throws Problem `too_many_questions` */
  function requirePlace({ owner }: Question): void {
    const open = some(({ end }) => end === undefined);
    const own = open.filter((one) => accountKey(one.owner) === accountKey(owner)).length;
    if (own < bounds.open.account && open.length < bounds.open.overall) return;
    const whose = own < bounds.open.account ? `${open.length} questions` : `${own} questions of ${owner.user}`;
    throw new Problem('too_many_questions', `${whose} are open: wait for an answer, or cancel some.`);
  }

  /** The questions that ended first, if one more would exceed the limit. */
  function surplus({ owner }: Question): readonly Question[] {
    const oldest = (found: Question[], most: number) =>
      found.sort((a, b) => endedAt(a) - endedAt(b)).slice(0, Math.max(0, found.length + 1 - most));
    const ended = some(({ end }) => end !== undefined);
    const own = ended.filter((one) => accountKey(one.owner) === accountKey(owner));
    return [...new Set([...oldest(own, bounds.ended.account), ...oldest(ended, bounds.ended.overall)])];
  }

  async function write(changes: readonly RecordChange[], then: () => void): Promise<void> {
    await records.write(changes);
    then();
  }

  return {
    async open() {
      for (const record of await records.open()) {
        const question = questionFrom(record);
        if (question !== undefined) keep(question);
        else
          log.error({ kind: record.kind, key: record.key }, 'A stored question makes no sense; it is left as it is.');
      }
    },
    close: () => records.close(),
    all: () => [...questions.values()],
    get: (ref) => questions.get(ref),
    find: (owner, id) => questions.get(refs.get(nameOf(owner, id)) ?? ''),
    async add(question) {
      requirePlace(question);
      const gone = surplus(question);
      await write([...gone.map(removalOf), recordOf(question)], () => {
        for (const one of gone) drop(one);
        keep(question);
      });
    },
    async change(ref, change) {
      await inTurn(ref, async () => {
        const now = questions.get(ref);
        const next = now && (await change(now));
        if (next === undefined) return;
        await write([recordOf(next)], () => keep(next));
        for (const changed of watchers.get(ref) ?? []) changed();
      });
      return questions.get(ref);
    },
    forget: (gone) => write(gone.map(removalOf), () => gone.forEach(drop)),
    watch(ref, changed) {
      const watching = watchers.get(ref) ?? new Set();
      watchers.set(ref, watching.add(changed));
      return () => {
        watching.delete(changed);
        if (watching.size === 0) watchers.delete(ref);
      };
    },
  };
}
