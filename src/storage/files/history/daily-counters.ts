import type { HistoryRecord } from '../../../core/history-record.ts';
import { inScope, type OwnerScope } from '../../../core/scope.ts';
import { createLatencyHistogram, type LatencyHistogram } from './latency-histogram.ts';

/** What became of the messages of one source. */
export interface SourceTotals {
  readonly source: string | null;
  sent: number;
  muted: number;
  failed: number;
  readonly times: LatencyHistogram;
}

/** A day's messages, counted by account and source. */
export interface DailyCounters {
  add(record: HistoryRecord): void;
  /** By source. */
  sums(whose: OwnerScope): readonly SourceTotals[];
}

/** Sources of one account, or of one answer, that are counted apart on a day; a sender may name any number. */
const MOST_SOURCES = 50;
/** What all others are counted under. */
const OTHERS = '…';

type BySource = Map<string | null, SourceTotals>;

/** The sums of a source, made when there is room for one more. */
function sumsOf(sums: BySource, source: string | null): SourceTotals {
  const known = sums.get(source);
  if (known !== undefined) return known;
  if (source !== OTHERS && sums.size >= MOST_SOURCES) return sumsOf(sums, OTHERS);
  const made = { source, sent: 0, muted: 0, failed: 0, times: createLatencyHistogram() };
  sums.set(source, made);
  return made;
}

function count(sums: BySource, { source, status, delivery_ms: took }: HistoryRecord): void {
  const own = sumsOf(sums, source ?? null);
  own[status] += 1;
  if (status === 'sent' && took !== undefined) own.times.add(took);
}

/** The sums of several accounts as one. */
function together(parts: readonly BySource[]): BySource {
  const [only, ...others] = parts;
  if (only !== undefined && others.length === 0) return only;
  const all: BySource = new Map();
  for (const part of parts.flatMap((sums) => [...sums.values()])) {
    const sums = sumsOf(all, part.source);
    sums.sent += part.sent;
    sums.muted += part.muted;
    sums.failed += part.failed;
    sums.times.addAll(part.times);
  }
  return all;
}

/** An empty one. */
export function createDailyCounters(): DailyCounters {
  const everybody: BySource = new Map();
  /** By user, then by uid: a name may have been given to somebody else. */
  const accounts = new Map<string, Map<number | undefined, BySource>>();

  function own({ user, uid }: HistoryRecord): BySource {
    const ofName = accounts.get(user) ?? new Map<number | undefined, BySource>();
    accounts.set(user, ofName);
    const sums = ofName.get(uid) ?? new Map();
    ofName.set(uid, sums);
    return sums;
  }

  return {
    add(record) {
      count(everybody, record);
      count(own(record), record);
    },
    sums(whose) {
      if (whose === 'all') return [...everybody.values()];
      const { user } = whose;
      const theirs = [...(accounts.get(user) ?? [])].filter(([uid]) => inScope(whose, { user, uid }));
      return [...together(theirs.map(([, sums]) => sums)).values()];
    },
  };
}
