/**
 * What may go next, and when: a decision over times handed in, without clock, file or network.
 *
 * Within a chat everything goes in the order it was added, one at a time. Between chats the one served longest ago
 * goes first. No more goes out than the far side's limits allow.
 */
import TinyQueue from 'tinyqueue';
import { charge, createLane, eligibleAt, headOf, isForgettable, type Lane, type LaneItem, shift } from './lane.ts';
import type { Limits } from './limits.ts';

/** Messages of debt that a chat may have from what went out past the schedule: an album and a few answers. */
const MOST_DEBT = 12;
/** How far such messages push back everybody, in milliseconds. */
const LONGEST_DEBT_MS = 1000;

/** The next move: start this one, look again at a time, or nothing waits at all. */
export type Next =
  | { readonly kind: 'go'; readonly chatId: number; readonly item: LaneItem }
  | { readonly kind: 'wait'; readonly until: number }
  | { readonly kind: 'idle' };

interface Entry {
  readonly lane: Lane;
  readonly version: number;
  readonly key: number;
  /** Settles ties: who was filed first goes first. */
  readonly order: number;
}

const byKey = (a: Entry, b: Entry): number => a.key - b.key || a.order - b.order;

/** @see createSchedule */
export interface Schedule {
  /** Puts a delivery at the end of its chat's lane. */
  add(chatId: number, item: LaneItem, now: number): void;
  /** What may go at `now`. A `go` makes its chat busy until `finish` or `again`. */
  next(now: number): Next;
  /** The head of the chat's lane is done with, whatever came of it. */
  finish(chatId: number, now: number): void;
  /** The head of the chat's lane is to go again, not before `notBefore`. `offline`: because nobody answered. */
  again(chatId: number, now: number, notBefore: number, offline?: boolean): void;
  /** Nothing goes anywhere before `until`. */
  holdAll(until: number): void;
  /** The far side answers again: whatever waited for that goes now. */
  markOnline(now: number): void;
  /** Counts messages that went out past this schedule, such as a command's answer. */
  chargeQuota(chatId: number, cost: number, at: number): void;
  /** The chat has another id now; does nothing while its head is under way. */
  move(from: number, to: number, now: number): void;
  /** How many deliveries wait or are under way. */
  size(): number;
}

/** Makes an empty schedule that keeps `limits`. */
export function createSchedule(limits: Limits): Schedule {
  const lanes = new Map<number, Lane>();
  const byTime = new TinyQueue<Entry>([], byKey);
  const byTurn = new TinyQueue<Entry>([], byKey);
  const spacing = 1000 / limits.perSecond;
  let globalAt = Number.NEGATIVE_INFINITY;
  let heldUntil = Number.NEGATIVE_INFINITY;
  let turns = 0;
  let filings = 0;
  let total = 0;

  function laneOf(chatId: number, now: number): Lane {
    const known = lanes.get(chatId);
    if (known !== undefined) return known;
    const lane = createLane(chatId, limits, now);
    lanes.set(chatId, lane);
    return lane;
  }

  /** Files the lane anew under the time it may go next; older entries of it go stale. */
  function file(lane: Lane, now: number): void {
    lane.version += 1;
    const item = headOf(lane);
    if (item === undefined || lane.busy) return;
    filings += 1;
    byTime.push({ lane, version: lane.version, key: eligibleAt(lane, item.cost, limits, now), order: filings });
  }

  function spend(lane: Lane, cost: number, at: number): void {
    charge(lane, cost, limits, at);
    globalAt = Math.max(globalAt, at - spacing / 2) + spacing * cost;
  }

  /** Lanes that fell silent are dropped now and then, so that a year of chats costs no memory. */
  function sweep(now: number): void {
    for (const lane of lanes.values()) if (isForgettable(lane, limits, now)) lanes.delete(lane.chatId);
  }

  function nextReady(now: number): Lane | undefined {
    for (let entry = byTime.peek(); entry !== undefined && entry.key <= now; entry = byTime.peek()) {
      byTime.pop();
      if (entry.version === entry.lane.version) byTurn.push({ ...entry, key: entry.lane.turn });
    }
    for (let entry = byTurn.peek(); entry !== undefined; entry = byTurn.peek()) {
      const { lane } = entry;
      if (entry.version === lane.version) {
        const at = eligibleAt(lane, headOf(lane)?.cost ?? 1, limits, now);
        if (at <= now) return lane;
        byTime.push({ ...entry, key: at });
      }
      byTurn.pop();
    }
    return undefined;
  }

  function earliest(): number | undefined {
    for (let entry = byTime.peek(); entry !== undefined; entry = byTime.peek()) {
      if (entry.version === entry.lane.version) return entry.key;
      byTime.pop();
    }
    return undefined;
  }

  return {
    add(chatId, item, now) {
      const lane = laneOf(chatId, now);
      lane.items.push(item);
      total += 1;
      if (headOf(lane) === item) file(lane, now);
    },
    next(now) {
      if (total === 0) return { kind: 'idle' };
      const held = Math.max(heldUntil, globalAt);
      const lane = nextReady(now);
      const item = lane === undefined ? undefined : headOf(lane);
      if (lane === undefined || item === undefined) {
        const at = earliest();
        return at === undefined ? { kind: 'idle' } : { kind: 'wait', until: Math.max(at, held) };
      }
      if (held > now) return { kind: 'wait', until: held };
      byTurn.pop();
      lane.version += 1;
      lane.busy = true;
      turns += 1;
      lane.turn = turns;
      spend(lane, item.cost, now);
      if (turns % 4096 === 0) sweep(now);
      return { kind: 'go', chatId: lane.chatId, item };
    },
    finish(chatId, now) {
      const lane = laneOf(chatId, now);
      lane.busy = false;
      lane.offline = false;
      shift(lane);
      total -= 1;
      file(lane, now);
    },
    again(chatId, now, notBefore, offline = false) {
      const lane = laneOf(chatId, now);
      lane.busy = false;
      lane.notBefore = notBefore;
      lane.offline = offline;
      file(lane, now);
    },
    holdAll(until) {
      heldUntil = Math.max(heldUntil, until);
    },
    markOnline(now) {
      for (const lane of lanes.values()) {
        if (!lane.offline) continue;
        lane.offline = false;
        lane.notBefore = now;
        file(lane, now);
      }
    },
    chargeQuota(chatId, cost, at) {
      const before = globalAt;
      const lane = laneOf(chatId, at);
      spend(lane, cost, at);
      // What strangers make the bot say must not hold back notifications for long.
      lane.tokens = Math.max(lane.tokens, -MOST_DEBT);
      globalAt = Math.min(globalAt, Math.max(at + LONGEST_DEBT_MS, before));
    },
    move(from, to, now) {
      const old = lanes.get(from);
      if (old === undefined || old.busy || from === to) return;
      lanes.delete(from);
      old.version += 1;
      const lane = laneOf(to, now);
      // What waited under the old id is older than what was added under the new one, unless that is under way already.
      lane.items.splice(lane.busy ? lane.head + 1 : lane.head, 0, ...old.items.slice(old.head));
      file(lane, now);
    },
    size: () => total,
  };
}
