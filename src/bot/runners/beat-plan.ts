/** How a beat changes the list of expected beats. Pure. */
import type { KnownAccount } from '../../core/account.ts';
import { Problem } from '../../core/problem.ts';
import type { ExpectedBeat } from '../../storage/ports.ts';
import type { BeatDraft, ExpectedScript } from '../api/services/beats.ts';

/** A change of an account's list. */
export interface BeatPlan {
  /** New or changed. */
  readonly beats: readonly ExpectedBeat[];
  /** Names of jobs that are no longer expected. */
  readonly gone: readonly string[];
  /** Names of jobs whose absence has ended, if it was reported. */
  readonly back: readonly string[];
}

/** The usual grace: a tenth of the time between two beats, ms, within these bounds. */
const GRACE = { share: 0.1, leastMs: 60_000, mostMs: 3_600_000 };

/** The default grace of a beat, ms. */
export const usualGrace = (everyMs: number): number =>
  Math.round(Math.min(GRACE.mostMs, Math.max(GRACE.leastMs, everyMs * GRACE.share)));

const named = (known: readonly ExpectedBeat[], name: string) => known.find((one) => one.name === name);

/** A beat of a job. @param now ms since 1970 @throws Problem `unknown_beat` */
export function planBeat(
  owner: KnownAccount,
  known: readonly ExpectedBeat[],
  { name, everyMs, graceMs, to }: BeatDraft,
  now: number,
): BeatPlan {
  const last = named(known, name);
  const every = everyMs ?? last?.everyMs;
  if (every === undefined) {
    throw new Problem(
      'unknown_beat',
      `name: no beat ${JSON.stringify(name)} is expected yet: say with every how often it comes, such as 1d.`,
    );
  }
  const grace = graceMs ?? (everyMs === undefined ? last?.graceMs : undefined) ?? usualGrace(every);
  const where = to ?? last?.to;
  const beat = { owner, name, isScript: false, everyMs: every, graceMs: grace, ...(where && { to: where }), at: now };
  return { beats: [beat], gone: [], back: [name] };
}

/** Stops expecting a job. */
export const planEnd = (name: string): BeatPlan => ({ beats: [], gone: [name], back: [name] });

/** An expected script, and whether it has succeeded since. */
function scriptBeat(
  owner: KnownAccount,
  last: ExpectedBeat | undefined,
  { name, everyMs, to, succeededAt }: ExpectedScript,
  now: number,
): { readonly beat: ExpectedBeat; readonly isBack: boolean } {
  // Its deadline counts from when its header is first seen. A time in the future means that the clock was set back.
  const ran = Math.min(now, succeededAt ?? last?.at ?? now);
  const isBack = last === undefined || ran > last.at;
  const at = isBack ? Math.max(ran, last === undefined ? now - everyMs : ran) : last.at;
  const reportedAt = isBack ? undefined : last.reportedAt;
  return {
    isBack,
    beat: {
      owner,
      name,
      isScript: true,
      everyMs,
      graceMs: usualGrace(everyMs),
      ...(to && { to }),
      at,
      ...(reportedAt !== undefined && { reportedAt }),
    },
  };
}

const isSame = (one: ExpectedBeat, other: ExpectedBeat | undefined): boolean =>
  other?.isScript === true &&
  one.everyMs === other.everyMs &&
  one.at === other.at &&
  String(one.to) === String(other.to);

/** Scripts with a header. @param isAll the account's other scripts are no longer expected @param now ms since 1970 */
export function planScripts(
  owner: KnownAccount,
  known: readonly ExpectedBeat[],
  scripts: readonly ExpectedScript[],
  isAll: boolean,
  now: number,
): BeatPlan {
  const found = scripts.map((script) => scriptBeat(owner, named(known, script.name), script, now));
  const names = new Set(scripts.map(({ name }) => name));
  const gone = isAll ? known.filter((one) => one.isScript && !names.has(one.name)).map(({ name }) => name) : [];
  return {
    beats: found.map(({ beat }) => beat).filter((beat) => !isSame(beat, named(known, beat.name))),
    gone,
    back: [...gone, ...found.filter(({ isBack }) => isBack).map(({ beat }) => beat.name)],
  };
}
