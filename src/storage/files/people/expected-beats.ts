/**
 * The beats that jobs are expected to send: `expected_beats.json`, by uid and name. An entry that makes no sense is left as it
 * is and counts as none.
 */
import { join } from 'node:path';
import type { KnownAccount } from '../../../core/account.ts';
import { Problem } from '../../../core/problem.ts';
import { BOUNDS, type ExpectedBeatBounds } from '../../bounds.ts';
import type { ExpectedBeat, ExpectedBeats } from '../../ports.ts';
import { createEntryStore, type Entries, fieldsOf, isUid, isWhole, timeOf } from '../entries.ts';

const keyOf = ({ uid }: KnownAccount, name: string) => `${uid} ${name}`;
const isNames = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

function beatOf(entry: unknown): ExpectedBeat | undefined {
  const { user, uid, name, script, every, grace, to, at, reported_at: reported } = fieldsOf(entry) ?? {};
  const [came, reportedAt] = [timeOf(at), timeOf(reported)];
  if (typeof user !== 'string' || !isUid(uid) || typeof name !== 'string' || came === undefined) return undefined;
  if (!isWhole(every) || !isWhole(grace)) return undefined;
  return {
    owner: { user, uid },
    name,
    isScript: script === true,
    everyMs: every,
    graceMs: grace,
    ...(isNames(to) && { to }),
    at: came,
    ...(reportedAt !== undefined && { reportedAt }),
  };
}

const entryOf = ({ owner, name, isScript, everyMs, graceMs, to, at, reportedAt }: ExpectedBeat) => ({
  ...owner,
  name,
  ...(isScript && { script: isScript }),
  every: everyMs,
  grace: graceMs,
  ...(to !== undefined && { to }),
  at: new Date(at).toISOString(),
  ...(reportedAt !== undefined && { reported_at: new Date(reportedAt).toISOString() }),
});

const beatsIn = (entries: Entries, owner?: KnownAccount): readonly ExpectedBeat[] =>
  [...entries.values()].flatMap((entry) => {
    const beat = beatOf(entry);
    return beat === undefined || (owner !== undefined && beat.owner.uid !== owner.uid) ? [] : [beat];
  });

/** Opens them; touches nothing until first used. */
export function createExpectedBeats(options: {
  readonly dataDir: string;
  readonly bounds?: ExpectedBeatBounds;
  /** Called once for each new reason why the file cannot be read. */
  readonly onProblem?: (problem: Problem) => void;
}): ExpectedBeats {
  const { bounds = BOUNDS.expectedBeats } = options;
  const path = join(options.dataDir, 'expected_beats.json');
  const store = createEntryStore(path, 'beats_unreadable', options.onProblem);

  /** @throws Problem `too_many_beats` */
  function requireRoom({ user, uid }: KnownAccount, entries: Entries): void {
    const own = beatsIn(entries, { user, uid }).length;
    if (own <= bounds.account && entries.size <= bounds.overall) return;
    const most =
      own > bounds.account ? `${user} may have ${bounds.account}` : `all accounts may have ${bounds.overall}`;
    throw new Problem('too_many_beats', `name: ${most} expected beats: end some with --end.`);
  }

  return {
    change: (owner, change) =>
      store.update((entries) => {
        const before = beatsIn(entries, owner);
        const { beats, gone = [] } = change(before);
        if (beats.length === 0 && gone.length === 0) return { next: undefined, result: before };
        const next = new Map(entries);
        for (const name of gone) next.delete(keyOf(owner, name));
        for (const beat of beats) next.set(keyOf(owner, beat.name), entryOf(beat));
        if (next.size > entries.size) requireRoom(owner, next);
        return { next, result: before };
      }),
    markReported: (beat, at) =>
      store.update((entries) => {
        const key = keyOf(beat.owner, beat.name);
        const last = beatOf(entries.get(key));
        const isNews = last !== undefined && last.at === beat.at && last.reportedAt === undefined;
        const next = isNews ? new Map(entries).set(key, entryOf({ ...last, reportedAt: at })) : undefined;
        return { next, result: isNews };
      }),
    async all(owner) {
      return beatsIn(await store.read(), owner);
    },
    check: () => store.check(),
  };
}
