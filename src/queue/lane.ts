import type { Limits } from './limits.ts';

/** What waits in a lane. */
export interface LaneItem {
  readonly delivery: string;
  /** Messages that its next step counts for. */
  cost: number;
}

/** One chat's queue and what its limits have left. */
export interface Lane {
  readonly chatId: number;
  items: LaneItem[];
  /** Where the first waiting item stands in `items`. */
  head: number;
  busy: boolean;
  tokens: number;
  tokensAt: number;
  notBefore: number;
  /** Whether `notBefore` stems from a far side that could not be reached. */
  offline: boolean;
  /** When it was served last, as a running number. */
  turn: number;
  /** Times of the messages of the last window; groups only. */
  recent: number[];
  /** Counts up whenever an entry in a queue goes stale. */
  version: number;
}

/** An empty lane that may use its whole burst. */
export function createLane(chatId: number, limits: Limits, now: number): Lane {
  return {
    chatId,
    items: [],
    head: 0,
    busy: false,
    tokens: limits.chatBurst,
    tokensAt: now,
    notBefore: Number.NEGATIVE_INFINITY,
    offline: false,
    turn: 0,
    recent: [],
    version: 0,
  };
}

/** The oldest that waits. */
export function headOf(lane: Lane): LaneItem | undefined {
  return lane.items[lane.head];
}

/** Takes the oldest off; the list is copied now and then, so that a long queue costs no copy a message. */
export function shift(lane: Lane): void {
  lane.head += 1;
  if (lane.head * 2 <= lane.items.length) return;
  lane.items = lane.items.slice(lane.head);
  lane.head = 0;
}

function refill(lane: Lane, limits: Limits, now: number): void {
  const gained = (Math.max(0, now - lane.tokensAt) / 1000) * limits.perChatPerSecond;
  lane.tokens = Math.min(limits.chatBurst, lane.tokens + gained);
  lane.tokensAt = Math.max(now, lane.tokensAt);
}

/** When the chat may get something that counts for `cost` messages. Groups have ids below zero. */
export function eligibleAt(lane: Lane, cost: number, limits: Limits, now: number): number {
  refill(lane, limits, now);
  let at = lane.notBefore;
  if (lane.tokens < 1 - 1e-9) at = Math.max(at, lane.tokensAt + ((1 - lane.tokens) / limits.perChatPerSecond) * 1000);
  if (lane.chatId >= 0) return at;
  const since = now - limits.groupWindow;
  while (lane.recent.length > 0 && (lane.recent[0] ?? 0) <= since) lane.recent.shift();
  const over = lane.recent.length + Math.min(cost, limits.perGroup) - limits.perGroup;
  return over > 0 ? Math.max(at, (lane.recent[over - 1] ?? now) + limits.groupWindow) : at;
}

/** Counts messages that went out at a time. */
export function charge(lane: Lane, cost: number, limits: Limits, at: number): void {
  refill(lane, limits, at);
  lane.tokens -= cost;
  if (lane.chatId < 0) for (let i = 0; i < cost; i += 1) lane.recent.push(at);
}

/** Whether a lane holds nothing that a new one wouldn't. */
export function isForgettable(lane: Lane, limits: Limits, now: number): boolean {
  if (lane.busy || headOf(lane) !== undefined || eligibleAt(lane, 1, limits, now) > now) return false;
  return lane.tokens >= limits.chatBurst && lane.recent.length === 0;
}
