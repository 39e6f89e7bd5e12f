/**
 * Runs that began from Telegram: `runs.json`, by update. A run that has not ended holds `user`, `script`, `chat_id`,
 * `begun_at`, `thread_id` where it was asked in a topic, and `message_id`, `unit` and `said` once these are known; one that has ended, `ended_at` alone.
 */
import { join } from 'node:path';
import { topicOf } from '../../core/destination.ts';
import { Problem } from '../../core/problem.ts';
import type { JsonObject } from '../../shared/json/json-object.ts';
import { BOUNDS, type StorageBounds } from '../bounds.ts';
import type { BegunRun, RunSummary, Runs } from '../ports.ts';
import { createEntryStore, type Entries, fieldsOf, isWhole } from './entries.ts';
import { present } from './message-fields.ts';

const KEPT_MS = 25 * 3_600_000;

type RunNote = Pick<BegunRun, 'messageId' | 'unit' | 'summary'>;

function runFields({ user, script, chatId, threadId, begunAt, ...note }: BegunRun): JsonObject {
  return { user, script, chat_id: chatId, ...present({ thread_id: threadId }), begun_at: begunAt, ...noteFields(note) };
}

const noteFields = ({ messageId, unit, summary }: RunNote): JsonObject =>
  present({ message_id: messageId, unit, said: summary });

/** Reads an entry; `undefined` for a run that has ended, or that makes no sense. */
function begunIn(entry: unknown): BegunRun | undefined {
  const {
    user,
    script,
    chat_id: chatId,
    begun_at: begunAt,
    message_id: messageId,
    thread_id,
    unit,
    said,
  } = fieldsOf(entry) ?? {};
  if (typeof user !== 'string' || typeof script !== 'string' || !isWhole(chatId) || !isWhole(begunAt)) return undefined;
  const note = {
    messageId: isWhole(messageId) ? messageId : undefined,
    unit: typeof unit === 'string' ? unit : undefined,
    summary: summaryIn(said),
  };
  const topic = present<Pick<BegunRun, 'threadId'>>({ threadId: topicOf(thread_id) });
  return { user, script, chatId, ...topic, begunAt, ...present<RunNote>(note) };
}

function summaryIn(said: unknown): RunSummary | undefined {
  const { mark, name, words } = fieldsOf(said) ?? {};
  const fits = typeof mark === 'string' && typeof name === 'string' && typeof words === 'string';
  return fits ? { mark, name, words } : undefined;
}

function endedAt(entry: unknown): number | undefined {
  const at = fieldsOf(entry)?.ended_at;
  return typeof at === 'number' ? at : undefined;
}

/** Without ended runs whose updates Telegram keeps no longer. */
function pruned(entries: Entries, now: number, most: number): Map<string, unknown> {
  const ended = [...entries].filter(([, entry]) => endedAt(entry) !== undefined);
  const tooMany = new Set(ended.slice(0, Math.max(0, ended.length - most)).map(([update]) => update));
  const gone = ([update, entry]: [string, unknown]) =>
    tooMany.has(update) || Math.abs(now - (endedAt(entry) ?? now)) > KEPT_MS;
  return new Map([...entries].filter((entry) => !gone(entry)));
}

/**
 * Opens the file; touches nothing until first asked.
 *
 * @param now ms since 1970
 * @param onProblem called once for each new reason why it cannot be read
 */
export function createRunStore(
  dataDir: string,
  now: () => number,
  onProblem?: (problem: Problem) => void,
  bounds: StorageBounds['runs'] = BOUNDS.runs,
): Runs {
  const store = createEntryStore(join(dataDir, 'runs.json'), 'runs_unreadable', onProblem);
  return {
    begin: (update, run) =>
      store.update((entries) => {
        if (entries.has(update)) return { next: undefined, result: false };
        const kept = pruned(entries, now(), bounds.ended);
        const begun = [...kept.values()].filter((entry) => begunIn(entry) !== undefined).length;
        if (begun >= bounds.begun) {
          throw new Problem('too_many_runs', 'The ends of very many runs are still to be shown. Try again later.');
        }
        return { next: kept.set(update, runFields(run)), result: true };
      }),
    knows: async (update) => (await store.read()).has(update),
    note: (update, more) =>
      store.update((entries) => {
        const entry = entries.get(update);
        const isRunning = begunIn(entry) !== undefined;
        const next = isRunning ? new Map(entries).set(update, { ...fieldsOf(entry), ...noteFields(more) }) : undefined;
        return { next, result: undefined };
      }),
    end: (update) =>
      store.update((entries) => {
        // At the end of the file, where the newest ended ones are.
        const next = new Map(entries);
        next.delete(update);
        return { next: next.set(update, { ended_at: now() }), result: undefined };
      }),
    async left() {
      return [...(await store.read())].flatMap(([update, entry]) => {
        const run = begunIn(entry);
        return run === undefined ? [] : [[update, run] as const];
      });
    },
    check: () => store.check(),
  };
}
