/** Aggregates counts of messages for charts. Pure. */
import type { DayCount } from '../../../shared/api/answers.ts';

export interface DayTotals {
  readonly sent: number;
  readonly muted: number;
  readonly failed: number;
}

export interface DayTally extends DayTotals {
  /** Such as `2026-01-30`. */
  readonly day: string;
  /** The scripts' medians, weighted by sent messages, ms; `undefined` if none were sent. */
  readonly typicalMs?: number;
  /** The 95th percentile of the slowest script, ms. */
  readonly slowMs?: number;
}

export interface ScriptTally extends DayTotals {
  readonly source: string | null;
}

const ZERO: DayTotals = { sent: 0, muted: 0, failed: 0 };
const DAY_MS = 86_400_000;

const add = (one: DayTotals, other: DayTotals): DayTotals => ({
  sent: one.sent + other.sent,
  muted: one.muted + other.muted,
  failed: one.failed + other.failed,
});

function timesOf(counts: readonly DayCount[]): Pick<DayTally, 'typicalMs' | 'slowMs'> {
  const timed = counts.flatMap(({ sent, delivery_ms: took }) =>
    took === null || sent === 0 ? [] : [{ sent, ...took }],
  );
  const all = timed.reduce((sum, { sent }) => sum + sent, 0);
  if (all === 0) return {};
  return {
    typicalMs: Math.round(timed.reduce((sum, { sent, p50 }) => sum + (p50 * sent) / all, 0)),
    slowMs: Math.max(...timed.map(({ p95 }) => p95)),
  };
}

/** Every day of the period, including days without messages. @param today such as `2026-01-30` */
export function byDay(counts: readonly DayCount[], days: number, today: string): readonly DayTally[] {
  const last = Date.parse(`${today}T00:00:00Z`);
  return Array.from({ length: days }, (_, index) => {
    const day = new Date(last - (days - 1 - index) * DAY_MS).toISOString().slice(0, 10);
    const own = counts.filter((count) => count.day === day);
    return { day, ...own.reduce<DayTotals>(add, ZERO), ...timesOf(own) };
  });
}

/** The scripts, those with the most messages first. */
export function byScript(counts: readonly DayCount[]): readonly ScriptTally[] {
  const sources = [...new Set(counts.map(({ source }) => source))];
  const total = ({ sent, muted, failed }: DayTotals) => sent + muted + failed;
  return sources
    .map((source) => ({ source, ...counts.filter((count) => count.source === source).reduce<DayTotals>(add, ZERO) }))
    .sort((one, other) => total(other) - total(one));
}
