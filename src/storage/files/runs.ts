/**
 * Runs that were begun from Telegram: `runs.json`.
 *
 * Promises: a run is on disk before the script is asked for, under the number of the update that asked, so that an
 * update which comes again after a crash begins none; it stays until its message says how it ended, so that after a
 * restart no message is left at "running". Numbers of updates are kept for 25 hours: Telegram keeps updates for 24.
 */
import { join } from 'node:path';
import { Problem } from '../../core/problem.ts';
import { createJsonStore } from '../../shared/json/json-store.ts';

/** A run that was begun and whose end was not shown yet. */
export interface BegunRun {
  readonly user: string;
  readonly script: string;
  readonly chat_id: number;
  /** The message that tells of it, once it is sent. */
  readonly message_id?: number;
  /** Unix time, ms. */
  readonly begun_at: number;
  /** What is to be shown, once it is known. */
  readonly said?: RunSummary;
}

/** How a run ended, in words: a mark, the script's name, and what follows it. */
export interface RunSummary {
  readonly mark: string;
  readonly name: string;
  readonly words: string;
}

/** Every function throws Problem `runs_unreadable` or `storage`, as its store does. */
export interface RunStore {
  /** @returns `false` when the update began one already */
  begin(update: string, run: BegunRun): Promise<boolean>;
  /** Whether the update began one. */
  knows(update: string): Promise<boolean>;
  /** Notes the message that tells of it, or what it is to say. */
  note(update: string, more: Pick<BegunRun, 'message_id' | 'said'>): Promise<void>;
  /** Its message says how it ended. */
  end(update: string): Promise<void>;
  /** What an earlier service left, by update. */
  left(): Promise<ReadonlyArray<readonly [string, BegunRun]>>;
  /** Looks at the file: why it cannot be read. */
  check(): Promise<Problem | undefined>;
}

type Entries = ReadonlyMap<string, unknown>;

const KEPT_MS = 25 * 3_600_000;
/** Ended runs whose updates are remembered: more than all users together begin in an hour, far more than come again. */
const MOST_ENDED = 5_000;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseEntries(value: unknown): Entries {
  if (isRecord(value)) return new Map(Object.entries(value));
  throw new Problem('wrong_shape', 'its top level is not an object');
}

function begunIn(entry: unknown): BegunRun | undefined {
  if (!isRecord(entry)) return undefined;
  const { user, script, chat_id: chat, begun_at: at } = entry;
  const fits = typeof user === 'string' && typeof script === 'string' && Number.isSafeInteger(chat);
  return fits && typeof at === 'number' ? (entry as unknown as BegunRun) : undefined;
}

function endedAt(entry: unknown): number | undefined {
  return isRecord(entry) && typeof entry.ended_at === 'number' ? entry.ended_at : undefined;
}

/** Without what nobody can ask for again. */
function pruned(entries: Entries, now: number): Map<string, unknown> {
  const ended = [...entries].filter(([, entry]) => endedAt(entry) !== undefined);
  const tooMany = new Set(ended.slice(0, Math.max(0, ended.length - MOST_ENDED)).map(([update]) => update));
  const gone = ([update, entry]: [string, unknown]) =>
    tooMany.has(update) || Math.abs(now - (endedAt(entry) ?? now)) > KEPT_MS;
  return new Map([...entries].filter((entry) => !gone(entry)));
}

/**
 * Opens the file; touches nothing until first asked.
 *
 * @param now milliseconds since 1970
 * @param onProblem told once of every new reason why it cannot be read
 */
export function createRunStore(dataDir: string, now: () => number, onProblem?: (problem: Problem) => void): RunStore {
  const store = createJsonStore<Entries>({
    path: join(dataDir, 'runs.json'),
    code: 'runs_unreadable',
    empty: () => new Map(),
    parse: parseEntries,
    ...(onProblem === undefined ? {} : { onProblem }),
  });
  return {
    begin: (update, run) =>
      store.update((entries) => {
        if (entries.has(update)) return { next: undefined, result: false };
        return { next: pruned(entries, now()).set(update, run), result: true };
      }),
    knows: async (update) => (await store.read()).has(update),
    note: (update, more) =>
      store.update((entries) => {
        const run = begunIn(entries.get(update));
        const next = run === undefined ? undefined : new Map(entries).set(update, { ...run, ...more });
        return { next, result: undefined };
      }),
    end: (update) =>
      store.update((entries) => {
        // At the end of the file, where the newest ended ones stand.
        const next = new Map(entries);
        next.delete(update);
        return { next: next.set(update, { ended_at: now() }), result: undefined };
      }),
    async left() {
      const found: Array<readonly [string, BegunRun]> = [];
      for (const [update, entry] of await store.read()) {
        const run = begunIn(entry);
        if (run !== undefined) found.push([update, run]);
      }
      return found;
    },
    check: () => store.check(),
  };
}
