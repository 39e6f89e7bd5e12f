/**
 * What may go next, and when: a decision over times that the caller passes in, without clock, file or network.
 *
 * Promises: a lane sends in the order in which its deliveries were added, one at a time; between lanes the one served
 * longest ago goes first; no more goes out than the channel's limits allow.
 */
import TinyQueue from 'tinyqueue';
import type { Channel, Lane } from '../ports.ts';
import { createAside } from './aside.ts';
import { charge, createLane, eligibleAt, headOf, isForgettable, type LaneItem, type LaneState, shift } from './lane.ts';

/** Messages of debt that a lane may have from what went out past the schedule: an album and a few answers. */
const MOST_DEBT = 12;
/** How far such messages delay all lanes, in milliseconds. */
const LONGEST_DEBT_MS = 1000;
/** Turns between two sweeps over the lanes. */
const SWEEP_EVERY = 4096;

/** The next move: start this delivery, look again at a time, or nothing waits. */
export type Next =
  | { readonly kind: 'go'; readonly lane: Lane; readonly item: LaneItem }
  | { readonly kind: 'wait'; readonly until: number }
  | { readonly kind: 'idle' };

interface Entry {
  readonly state: LaneState;
  readonly version: number;
  readonly key: number;
  /** Settles ties: first filed, first served. */
  readonly order: number;
}

const byKey = (a: Entry, b: Entry): number => a.key - b.key || a.order - b.order;

/** @see createSchedule */
export interface Schedule {
  /** Puts a delivery at the end of its lane. */
  add(lane: Lane, item: LaneItem, now: number): void;
  /** What may go at `now`. A `go` makes its lane busy until `finish` or `again`. */
  next(now: number): Next;
  /** The lane's head is settled. */
  finish(lane: Lane, now: number): void;
  /** The lane's head goes again, not before `notBefore`. `offline`: because the channel could not be reached. */
  again(lane: Lane, now: number, notBefore: number, offline?: boolean): void;
  /** The lane's head steps aside: the deliveries behind it go on, and it joins their end at `until`. */
  stepAside(lane: Lane, now: number, until: number): void;
  /** Nothing goes in any lane before `until`. */
  holdAll(until: number): void;
  /** The channel answers again: what waited for that goes now. */
  markOnline(now: number): void;
  /** Counts messages that went out past this schedule, such as a command's answer. */
  chargeQuota(lane: Lane, cost: number, at: number): void;
  /** The lane has another key now; does nothing while its head is being sent. */
  move(from: Lane, to: Lane, now: number): void;
  /** How many deliveries wait or are being sent. */
  size(): number;
}

/** Makes an empty schedule that keeps the channel's limits. */
export function createSchedule({ limits, classOf }: Pick<Channel<never>, 'limits' | 'classOf'>): Schedule {
  const lanes = new Map<Lane, LaneState>();
  const byTime = new TinyQueue<Entry>([], byKey);
  const byTurn = new TinyQueue<Entry>([], byKey);
  const aside = createAside();
  const spacing = 1000 / limits.perSecond;
  let globalAt = Number.NEGATIVE_INFINITY;
  let heldUntil = Number.NEGATIVE_INFINITY;
  let turns = 0;
  let filings = 0;
  let total = 0;

  function stateOf(lane: Lane, now: number): LaneState {
    const known = lanes.get(lane);
    if (known !== undefined) return known;
    const state = createLane(lane, classOf(lane) === 'group', limits, now);
    lanes.set(lane, state);
    return state;
  }

  /** Files the lane under the time at which it may go next; its older entries go stale. */
  function file(state: LaneState, now: number): void {
    state.version += 1;
    const item = headOf(state);
    if (item === undefined || state.busy) return;
    filings += 1;
    byTime.push({ state, version: state.version, key: eligibleAt(state, item.cost, limits, now), order: filings });
  }

  function spend(state: LaneState, cost: number, at: number): void {
    charge(state, cost, limits, at);
    globalAt = Math.max(globalAt, at - spacing / 2) + spacing * cost;
  }

  /** Drops silent lanes, so that a year of lanes costs no memory. */
  function sweep(now: number): void {
    for (const state of lanes.values()) if (isForgettable(state, limits, now)) lanes.delete(state.lane);
  }

  function nextReady(now: number): LaneState | undefined {
    for (let entry = byTime.peek(); entry !== undefined && entry.key <= now; entry = byTime.peek()) {
      byTime.pop();
      if (entry.version === entry.state.version) byTurn.push({ ...entry, key: entry.state.turn });
    }
    for (let entry = byTurn.peek(); entry !== undefined; entry = byTurn.peek()) {
      const { state } = entry;
      if (entry.version === state.version) {
        const at = eligibleAt(state, headOf(state)?.cost ?? 1, limits, now);
        if (at <= now) return state;
        byTime.push({ ...entry, key: at });
      }
      byTurn.pop();
    }
    return undefined;
  }

  function earliest(): number | undefined {
    for (let entry = byTime.peek(); entry !== undefined; entry = byTime.peek()) {
      if (entry.version === entry.state.version) return entry.key;
      byTime.pop();
    }
    return undefined;
  }

  function append(lane: Lane, item: LaneItem, now: number): void {
    const state = stateOf(lane, now);
    state.items.push(item);
    if (headOf(state) === item) file(state, now);
  }

  return {
    add(lane, item, now) {
      total += 1;
      append(lane, item, now);
    },
    next(now) {
      if (total === 0) return { kind: 'idle' };
      for (const { lane, item } of aside.takeDue(now)) append(lane, item, now);
      const held = Math.max(heldUntil, globalAt);
      const state = nextReady(now);
      const item = state === undefined ? undefined : headOf(state);
      if (state === undefined || item === undefined) {
        const at = Math.min(earliest() ?? Number.POSITIVE_INFINITY, aside.next() ?? Number.POSITIVE_INFINITY);
        return at === Number.POSITIVE_INFINITY ? { kind: 'idle' } : { kind: 'wait', until: Math.max(at, held) };
      }
      if (held > now) return { kind: 'wait', until: held };
      byTurn.pop();
      state.version += 1;
      state.busy = true;
      turns += 1;
      state.turn = turns;
      spend(state, item.cost, now);
      if (turns % SWEEP_EVERY === 0) sweep(now);
      return { kind: 'go', lane: state.lane, item };
    },
    finish(lane, now) {
      const state = stateOf(lane, now);
      state.busy = false;
      state.offline = false;
      shift(state);
      total -= 1;
      file(state, now);
    },
    again(lane, now, notBefore, offline = false) {
      const state = stateOf(lane, now);
      state.busy = false;
      state.notBefore = notBefore;
      state.offline = offline;
      file(state, now);
    },
    stepAside(lane, now, until) {
      const state = stateOf(lane, now);
      const item = headOf(state);
      state.busy = false;
      if (item === undefined) return;
      shift(state);
      aside.add({ lane, item, until });
      file(state, now);
    },
    holdAll(until) {
      heldUntil = Math.max(heldUntil, until);
    },
    markOnline(now) {
      for (const state of lanes.values()) {
        if (!state.offline) continue;
        state.offline = false;
        state.notBefore = now;
        file(state, now);
      }
    },
    chargeQuota(lane, cost, at) {
      const before = globalAt;
      const state = stateOf(lane, at);
      spend(state, cost, at);
      // What strangers make the bot say must not hold back notifications for long.
      state.tokens = Math.max(state.tokens, -MOST_DEBT);
      globalAt = Math.min(globalAt, Math.max(at + LONGEST_DEBT_MS, before));
    },
    move(from, to, now) {
      aside.move(from, to);
      const old = lanes.get(from);
      if (old === undefined || old.busy || from === to) return;
      lanes.delete(from);
      old.version += 1;
      const state = stateOf(to, now);
      // What waited under the old key is older than what was added under the new one, unless that is being sent already.
      state.items.splice(state.busy ? state.head + 1 : state.head, 0, ...old.items.slice(old.head));
      file(state, now);
    },
    size: () => total,
  };
}
