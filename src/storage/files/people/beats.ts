/**
 * The last beat of each person's runner: `beats.json`. An entry that can't be read counts as none until the next beat
 * replaces it.
 */
import { join } from 'node:path';
import type { Problem } from '../../../core/problem.ts';
import { BOUNDS } from '../../bounds.ts';
import type { Beats, RunnerBeat } from '../../ports.ts';
import { createEntryStore, type Entries, fieldsOf, isoSeconds, isUid, timeOf } from '../entries.ts';

function beatOf(user: string, entry: unknown): RunnerBeat | undefined {
  const { uid, at, expected_by: by, reported_at: reported } = fieldsOf(entry) ?? {};
  const [came, expectedBy, reportedAt] = [timeOf(at), timeOf(by), timeOf(reported)];
  if (!isUid(uid) || came === undefined || expectedBy === undefined) return undefined;
  return { user, uid, at: came, expectedBy, ...(reportedAt !== undefined && { reportedAt }) };
}

const entryOf = ({ uid, at, expectedBy, reportedAt }: RunnerBeat) => ({
  uid,
  at: isoSeconds(at),
  expected_by: isoSeconds(expectedBy),
  ...(reportedAt !== undefined && { reported_at: isoSeconds(reportedAt) }),
});

/** The entries with one that is new or changed; beyond the bound without the oldest of the others. */
function withEntry(entries: Entries, beat: RunnerBeat, most: number): Entries {
  const next = new Map(entries).set(beat.user, entryOf(beat));
  if (next.size <= most) return next;
  let oldest: RunnerBeat | undefined;
  for (const [user, entry] of next) {
    const other = user === beat.user ? undefined : beatOf(user, entry);
    if (other !== undefined && (oldest === undefined || other.at < oldest.at)) oldest = other;
  }
  if (oldest !== undefined) next.delete(oldest.user);
  return next;
}

/** Opens the beats; touches nothing until first used. */
export function createBeats(options: {
  readonly dataDir: string;
  /** How many are kept; as many as the service keeps, unless given. */
  readonly most?: number;
  /** Called once for each new reason why the file cannot be read. */
  readonly onProblem?: (problem: Problem) => void;
}): Beats {
  const { most = BOUNDS.beats } = options;
  const store = createEntryStore(join(options.dataDir, 'beats.json'), 'beats_unreadable', options.onProblem);
  return {
    note: (beat) =>
      store.update((entries) => {
        const last = beatOf(beat.user, entries.get(beat.user));
        return { next: withEntry(entries, beat, most), result: last?.uid === beat.uid ? last : undefined };
      }),
    markReported: (beat, at) =>
      store.update((entries) => {
        const last = beatOf(beat.user, entries.get(beat.user));
        const isNews = last !== undefined && last.at === beat.at && last.reportedAt === undefined;
        return { next: isNews ? withEntry(entries, { ...last, reportedAt: at }, most) : undefined, result: isNews };
      }),
    forget: (user) =>
      store.update((entries) => {
        const next = new Map(entries);
        return { next: next.delete(user) ? next : undefined, result: undefined };
      }),
    async all() {
      return [...(await store.read())].flatMap(([user, entry]) => beatOf(user, entry) ?? []);
    },
    check: () => store.check(),
  };
}
