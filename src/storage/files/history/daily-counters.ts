import type { HistoryRecord, SettledStatus } from '../../../core/delivery/history-record.ts';
import { inScope, type OwnerScope } from '../../../core/scope.ts';
import type { SourceCounts } from '../../ports.ts';
import { createLatencyHistogram, type LatencyHistogram } from './latency-histogram.ts';

/** {@link SourceCounts} that grow. */
export interface SourceTotals extends SourceCounts {
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
  sums(scope: OwnerScope): readonly SourceTotals[];
}

/** Sources that are counted separately for one account, or in one answer, a day; a sender may name any number. */
const MOST_SOURCES = 50;
/** Sources that are counted separately on one day, of all accounts: thirty days of them take a hundred megabytes. */
const MOST_IN_ALL = 2_000;
/** The name that all other sources are counted under. */
const OTHERS = '…';

type BySource = Map<string | null, SourceTotals>;

/** The sums of a source, made when there is room for one more. @param most how many there may be */
function sumsOf(sums: BySource, source: string | null, most = MOST_SOURCES): SourceTotals {
  const known = sums.get(source);
  if (known !== undefined) return known;
  if (source !== OTHERS && sums.size >= most) return sumsOf(sums, OTHERS);
  const made = { source, sent: 0, muted: 0, failed: 0, times: createLatencyHistogram() };
  sums.set(source, made);
  return made;
}

/** What may have arrived is not known to have: it counts as failed. What a summary told of counts as sent. */
function countedAs(status: Exclude<SettledStatus, 'cancelled' | 'replaced' | 'deleted'>): 'sent' | 'muted' | 'failed' {
  if (status === 'unknown') return 'failed';
  return status === 'summarized' ? 'sent' : status;
}

function count(sums: BySource, { source, status, deliveryMs: took }: HistoryRecord, most?: number): void {
  // Two were not sent; the deleted one has been counted as sent.
  if (status === 'cancelled' || status === 'replaced' || status === 'deleted') return;
  const own = sumsOf(sums, source ?? null, most);
  own[countedAs(status)] += 1;
  if (status === 'sent' && took !== undefined) own.times.add(took);
}

/** The sums of several accounts as one. */
function merged(parts: readonly BySource[]): BySource {
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

/** Nothing counted yet. @param mostInAll sources that are counted separately, of all accounts */
export function createDailyCounters(mostInAll = MOST_IN_ALL): DailyCounters {
  let separate = 0;
  const everyone: BySource = new Map();
  /** By user, then by uid: a name may belong to another person now. */
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
      count(everyone, record);
      const sums = own(record);
      const before = sums.size;
      count(sums, record, Math.min(MOST_SOURCES, before + mostInAll - separate));
      separate += sums.size - before;
    },
    sums(scope) {
      if (scope === 'all') return [...everyone.values()];
      const { user } = scope;
      const theirs = [...(accounts.get(user) ?? [])].filter(([uid]) => inScope(scope, { user, uid }));
      return [...merged(theirs.map(([, sums]) => sums)).values()];
    },
  };
}
