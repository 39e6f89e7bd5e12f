import type { Lane, Limits } from '../ports.ts';
import { createLine, type Line } from './line.ts';

/** What waits in one lane, and what its limits have left. */
export interface LaneState {
  readonly lane: Lane;
  readonly isGroup: boolean;
  readonly line: Line;
  busy: boolean;
  tokens: number;
  tokensAt: number;
  notBefore: number;
  /** Whether `notBefore` stems from a channel that could not be reached. */
  offline: boolean;
  /** When it was served last, as a running number. */
  turn: number;
  /** Times of the messages of the last window; groups only. */
  recent: number[];
  /** Answers that wait for this lane, and whether the last message was one: they take turns with the items. */
  answers: number;
  answeredLast: boolean;
  /** Counts up whenever its entries in the schedule's queues go stale. */
  version: number;
}

/** An empty lane that may use its whole burst. */
export function createLane(lane: Lane, isGroup: boolean, limits: Limits, now: number): LaneState {
  return {
    lane,
    isGroup,
    line: createLine(),
    busy: false,
    tokens: limits.laneBurst,
    tokensAt: now,
    notBefore: Number.NEGATIVE_INFINITY,
    offline: false,
    turn: 0,
    recent: [],
    answers: 0,
    answeredLast: false,
    version: 0,
  };
}

function refill(state: LaneState, limits: Limits, now: number): void {
  const gained = (Math.max(0, now - state.tokensAt) / 1000) * limits.perLanePerSecond;
  state.tokens = Math.min(limits.laneBurst, state.tokens + gained);
  state.tokensAt = Math.max(now, state.tokensAt);
}

/**
 * When a lane's limits have room.
 *
 * @param cost messages
 * @param spare messages for which there must be room besides
 */
export function roomAt(state: LaneState, cost: number, spare: number, limits: Limits, now: number): number {
  refill(state, limits, now);
  const needed = Math.min(1 + spare, limits.laneBurst);
  const missing = needed - state.tokens;
  const at = missing > 1e-9 ? state.tokensAt + (missing / limits.perLanePerSecond) * 1000 : Number.NEGATIVE_INFINITY;
  if (!state.isGroup) return at;
  const since = now - limits.groupWindow;
  while (state.recent.length > 0 && (state.recent[0] ?? 0) <= since) state.recent.shift();
  const over = state.recent.length + Math.min(cost + spare, limits.perGroup) - limits.perGroup;
  return over > 0 ? Math.max(at, (state.recent[over - 1] ?? now) + limits.groupWindow) : at;
}

/** When the lane may send its next item, which counts for `cost` messages. An answer that waits goes first, in turns. */
export function eligibleAt(state: LaneState, cost: number, limits: Limits, now: number): number {
  const spare = state.answers > 0 && !state.answeredLast ? 1 : 0;
  return Math.max(state.notBefore, roomAt(state, cost, spare, limits, now));
}

/** Counts messages that went out at a time. */
export function charge(state: LaneState, cost: number, limits: Limits, at: number): void {
  refill(state, limits, at);
  state.tokens -= cost;
  if (state.isGroup) for (let i = 0; i < cost; i += 1) state.recent.push(at);
}

/** Takes the newest messages back that were counted and did not go out. */
export function refund(state: LaneState, cost: number, limits: Limits): void {
  state.tokens = Math.min(limits.laneBurst, state.tokens + cost);
  if (state.isGroup && cost > 0) state.recent.splice(-cost);
}

/** Whether a lane holds nothing that a new one wouldn't. */
export function isForgettable(state: LaneState, limits: Limits, now: number): boolean {
  if (state.busy || state.answers > 0 || state.line.head() !== undefined || eligibleAt(state, 1, limits, now) > now)
    return false;
  return state.tokens >= limits.laneBurst && state.recent.length === 0;
}
